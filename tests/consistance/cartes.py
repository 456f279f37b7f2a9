"""The cards of a served sheet against the files: head-counts, establishments, accounts, contacts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tests.consistance import attendus, tuiles
from tests.consistance.enonces import Synthese
from tests.consistance.fichiers import Fichiers
from tests.consistance.servi import Lecteur
from tests.consistance.territoire import Partie
from tests.consistance.valeurs import jour, nombre, nombres


@dataclass
class Cartes:
    """The cards as one reader gets them. ``lus``: statements compared."""

    entiers: Fichiers
    partie: Partie
    aujourd_hui: date
    lecteur: Lecteur
    lus: int = 0

    def fautes(self, siren: str, synthese: Synthese, echanges: set[date]) -> Iterator[str]:
        """Every difference between the cards and the files."""
        if "Établissements" in synthese.paires.get("combien", {}):
            yield from self.etablissements(siren, synthese.paires["combien"]["Établissements"])
        titre = synthese.titres.get("chez-vous", "")
        if self.lecteur.national and titre.startswith("Chez vous"):
            yield f"« {titre} » est dit à qui n'a pas de territoire"
        if not self.lecteur.national and titre and self.lecteur.territoire.nom not in titre:
            yield f"« {titre} », le territoire est {self.lecteur.territoire.nom}"
        yield from self._effectif(siren, synthese)
        yield from self._chez_vous(siren, synthese)
        yield from self._comptes(siren, synthese)
        if contacts := synthese.cartes.get("occupe", ""):
            yield from self._occupe(siren, synthese, contacts, echanges)

    def etablissements(self, siren: str, ligne: str) -> Iterator[str]:
        """How many establishments are open and closed."""
        etats = [x["etatAdministratifEtablissement"] for x in self.entiers.lignes("sirene-etablissements", siren)]
        self.lus += 1
        for mot, etat in (("ouvert", "A"), ("fermé", "F")):
            trouve = re.search(rf"([\d ]+) {mot}", ligne)
            if (int(trouve[1].replace(" ", "")) if trouve else 0) != etats.count(etat):
                yield f"établissements : « {ligne} », {etats.count('A')} ouverts, {etats.count('F')} fermés au fichier"

    def jours_de_contact(self, siren: str) -> list[date]:
        """Days of the contacts that files know, everywhere."""
        dates = [
            jour(x[c])
            for nom, c in tuiles.CONTACTS.items()
            for x in attendus.lignes(self.entiers, nom, siren, self.aujourd_hui)
        ]
        return [d for d in dates if d is not None]

    def _effectif(self, siren: str, synthese: Synthese) -> Iterator[str]:
        """The head-count, of the whole or of the part, at the month that is said."""
        for cle, fichiers in (("combien", self.entiers), ("chez-vous", self.partie)):
            texte = synthese.cartes.get(cle, "")
            if not (trouve := re.match(r"([\d ]+) salariés? (.*?), ([a-zéû]+) (\d{4})(?: |$)", texte)):
                continue
            self.lus += 1
            if cle == "combien" and "toute l'entreprise" not in trouve[2]:
                fichiers = self.partie
            prevu = tuiles.Attendues(fichiers, siren, self.aujourd_hui).effectif()
            if [Decimal(trouve[1].replace(" ", "")), Decimal(trouve[4])] != prevu[:2]:
                yield f"carte {cle} : « {trouve[0]} », le fichier donne {prevu[:2]}"

    def _chez_vous(self, siren: str, synthese: Synthese) -> Iterator[str]:
        """How many open establishments a territory has of a company, and what each figure of it adds up to there."""
        texte, paires = synthese.cartes.get("chez-vous", ""), synthese.paires.get("chez-vous", {})
        if self.lecteur.national:
            return
        ouverts = [d for _, d, etat in self._ouverts(siren) if etat == "A"]
        ici = sum(d in self.lecteur.territoire.departements for d in ouverts)
        if trouve := re.search(r"([\d ]+) établissements? sur ([\d ]+)", texte):
            self.lus += 1
            if [int(x.replace(" ", "")) for x in trouve.groups()] != [ici, len(ouverts)]:
                yield f"chez vous : « {trouve[0]} », le fichier en a {ici} sur {len(ouverts)}"
        if "Aucun établissement ouvert" in texte and ici:
            yield f"chez vous : « {texte} », le fichier en a {ici}"
        for titre, nom in (
            ("Accidents du travail", "accidents-travail"),
            ("Accords d'entreprise", "accords-entreprise"),
        ):
            if titre in paires:
                lignes = self.partie.lignes(nom, siren)
                prevu = (
                    int(sum(nombre(x["02_nb_at_total"]) or 0 for x in lignes))
                    if nom == "accidents-travail"
                    else len(lignes)
                )
                self.lus += 1
                if (nombres(paires[titre])[:1] or [Decimal(0)]) != [Decimal(prevu)]:
                    yield f"chez vous : « {titre} : {paires[titre]} », le fichier donne {prevu}"

    def _comptes(self, siren: str, synthese: Synthese) -> Iterator[str]:
        """The turnover and the result of a year, rounded to three figures."""
        for titre, dit in synthese.paires.get("combien", {}).items():
            trouve = re.fullmatch(r"(CA|Résultat) (\d{4})", titre)
            lu = re.match(r"([−-]?[\d ]+(?:,\d+)?) (Md€|M€|k€|€)", dit)
            if not trouve or not lu:
                continue
            colonne = "chiffre_d_affaires" if trouve[1] == "CA" else "resultat_net"
            comptes = attendus.lignes(self.entiers, "ratios-financiers", siren, self.aujourd_hui)
            dites = [
                nombre(x[colonne]) for x in comptes if x["date_cloture_exercice"].startswith(trouve[2]) and x[colonne]
            ]
            unite = {"Md€": 9, "M€": 6, "k€": 3, "€": 0}[lu[2]]
            valeur = Decimal(lu[1].replace(" ", "").replace("−", "-").replace(",", ".")).scaleb(unite)
            pas = Decimal(1).scaleb(unite - len(lu[1].partition(",")[2]))
            self.lus += 1
            if dites and all(abs(valeur - d) > pas / 2 for d in dites if d is not None):
                yield f"carte combien : « {titre} {dit} », le fichier donne {[str(d) for d in dites]}"

    def _ouverts(self, siren: str) -> Iterator[tuple[str, str, str]]:
        for e in self.entiers.lignes("sirene-etablissements", siren):
            commune = e["codeCommuneEtablissement"]
            departement = commune[: 3 if commune[:2] in ("97", "98") else 2]
            yield e["siret"], departement, e["etatAdministratifEtablissement"]

    def _occupe(self, siren: str, synthese: Synthese, texte: str, echanges: set[date]) -> Iterator[str]:
        jours = sorted([*self.jours_de_contact(siren), *echanges], reverse=True)
        lues = [jour(x) for x in synthese.contacts]
        self.lus += len(lues) + 1
        if "Aucun contact connu" in texte and jours:
            yield f"« Aucun contact connu », le dernier est du {jours[0]}"
        if not set(lues) <= set(jours):
            yield f"contacts du {[x for x in synthese.contacts if jour(x) not in jours]} : aucun fichier ne les donne"
        # The last one of the reader's own service comes first.
        if lues and max(jours, default=None) not in lues:
            yield f"les contacts montrés sont du {', '.join(synthese.contacts)}, le dernier du {jours[:1]}"
        au = re.search(r"au (\d\d/\d\d/\d{4})$", texte)
        if au and lues and (jour(au[1]) or date.max) < max(x for x in lues if x):
            yield f"« au {au[1]} » sous un des contacts du {', '.join(synthese.contacts)}"
