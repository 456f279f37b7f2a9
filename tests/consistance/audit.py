"""Compare what a served sheet states with the files: states of the sources, counts, dates, scopes, « aucun ».

Its tables are compared by ``verification``. Each rule is written from the specification of the page, never from the
product.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from tests.consistance import attendus, tuiles
from tests.consistance.cartes import Cartes
from tests.consistance.enonces import Synthese, genres_d_evenements, lire_synthese, nommee, provenances
from tests.consistance.fichiers import Fichiers, Ligne
from tests.consistance.page import Page, lire
from tests.consistance.regles import (
    ANNEES,
    COMPTE,
    COMPTES,
    DATES,
    EVENEMENT_OU_FIN,
    EVENEMENTS,
    FENETRES,
    MOIS_ENTIERS,
    MOTS_D_AILLEURS,
    fin_de_mois,
    singulier,
)
from tests.consistance.servi import JeuPublie, Lecteur
from tests.consistance.territoire import TITRES, Partie
from tests.consistance.valeurs import jour, nombre
from tests.consistance.verification import Verification


@dataclass
class Audit:
    """One reader. ``jeux``: the catalogue; ``changees``: companies whose daily changes the monthly files do not know;
    ``mots``: words that counts use and ``COMPTES`` does not know."""

    entiers: Fichiers
    aujourd_hui: date
    lecteur: Lecteur
    jeux: Mapping[str, JeuPublie]
    lus: int = 0
    mots: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.partie = Partie(self.entiers, self.lecteur.territoire, self.aujourd_hui)
        self.cartes = Cartes(self.entiers, self.partie, self.aujourd_hui, self.lecteur)
        self.tables = Verification(self.entiers, self.aujourd_hui, self.lecteur.territoire)

    @property
    def enonces(self) -> int:
        """How many statements were compared with the files."""
        return self.lus + self.cartes.lus + self.tables.figures

    def fautes(self, siren: str, pages: Mapping[str, str]) -> list[str]:
        """Every difference between what a reader is told of a company and the files."""
        synthese, tout = lire_synthese(pages[""]), lire(pages["/tout"])
        echanges = _contacts_dits(pages["/controles"])
        trouvees = [f"tout · {x}" for x in self._tables(siren, tout, echanges)]
        trouvees += self._etats(siren, synthese, tout)
        trouvees += self._onglets(siren, synthese, echanges)
        trouvees += self.cartes.fautes(siren, synthese, echanges)
        trouvees += self._alarmes(siren, synthese)
        trouvees += self._siege(siren, synthese, pages.get("/note", ""))
        trouvees += self._evenements(siren, pages["/historique"])
        for page, html in pages.items():
            trouvees += [f"{page or '/'} · {x}" for x in self._dates(html)]
        return [f"{siren} · {self.lecteur.nom} · {faute}" for faute in dict.fromkeys(trouvees)]

    def publies(self) -> list[str]:
        """Every business date of the catalogue that is not that of its file."""
        fautes = []
        for nom, jeu in self.jeux.items():
            prevue = self.date_de(nom) if nom in self.entiers.noms else None
            if prevue is not None:
                self.lus += 1
                if jeu.au != f"{prevue:%d/%m/%Y}":
                    fautes.append(
                        f"catalogue · {nom} : au {jeu.au or 'date inconnue'}, le fichier va au {prevue:%d/%m/%Y}"
                    )
        return fautes

    def date_de(self, nom: str) -> date | None:
        """The day that a whole file is known until; None for a source whose date is not checked."""
        if nom in MOIS_ENTIERS:
            dernier = max(filter(None, (jour(x[MOIS_ENTIERS[nom]]) for x in self._toutes(nom))), default=None)
            return fin_de_mois(dernier) if dernier else None
        if nom in ANNEES:
            annees = [int(x[ANNEES[nom]]) for x in self._toutes(nom) if x[ANNEES[nom]]]
            return date(max(annees), 12, 31)
        colonnes = EVENEMENT_OU_FIN.get(nom) or ((DATES[nom],) if nom in DATES else ())
        jours = (jour(x[c]) for x in self._toutes(nom) for c in colonnes if x.get(c))
        return max((j for j in jours if j and j <= self.aujourd_hui), default=None)

    def _toutes(self, nom: str) -> Iterator[Ligne]:
        for siren in self.entiers.sirens(nom):
            yield from self.entiers.lignes(nom, siren)

    def _tables(self, siren: str, tout: Page, echanges: set[date]) -> Iterator[str]:
        """Tables and tiles, by the other check; the days of contacts told by services are in no file."""
        dits = {f"{j:%d/%m/%Y}" for j in echanges}
        tout.chronologie = [x for x in tout.chronologie if not dits.issuperset(re.findall(r"[0-9/]{10}", x))]
        # The place of a live answer that has not come yet states nothing.
        titres = {jeu.titre for jeu in self.jeux.values()}
        tout.blocs = [b for b in tout.blocs if b.nom or b.titre not in titres]
        masquee = self._unite(siren)["statutDiffusionUniteLegale"] != "O"
        self.tables.repertoire.dits = echanges or {date.max}
        yield from () if masquee else self.tables.chiffres(siren, tout)

    def _etats(self, siren: str, synthese: Synthese, tout: Page) -> Iterator[str]:
        """What is said to be known, or not, is so in the file; « aucune » says since when it was looked for."""
        if self._unite(siren)["statutDiffusionUniteLegale"] != "O":
            return
        blocs = {b.nom for b in tout.blocs}
        for nom, jeu in self.jeux.items():
            if nom not in self.entiers.noms or nom.startswith("sirene"):
                continue
            dite = next(((t, n) for t, x in synthese.aucunes if (n := nommee(jeu.titre, x)) is not None), None)
            if nom in synthese.fermees or jeu.titre in synthese.fermees:
                continue
            prevues = attendus.lignes(self.partie, nom, siren, self.aujourd_hui)
            autres = self.partie.additionnee(nom, siren)
            self.lus += 1
            if dite is None and nom not in blocs and prevues and self.lecteur.personnage:
                yield f"{jeu.titre} : {len(prevues)} lignes au fichier, rien n'en est dit"
            if dite is None:
                continue
            if prevues or autres:
                yield f"{jeu.titre} : dite sans information, {len(prevues)} lignes au fichier"
            yield from self._aucune(siren, nom, *dite)

    def _aucune(self, siren: str, nom: str, tete: str, dite: str) -> Iterator[str]:
        titre = self.jeux[nom].titre
        texte = f"{tete} {dite}"
        if nom in FENETRES and not re.search(FENETRES[nom], texte):
            toutes = len(self.partie.lignes(nom, siren))
            yield f"{titre} : « aucune » sans sa période ({FENETRES[nom]}) ; {toutes} lignes plus anciennes au fichier"
        if nom in TITRES and self.partie.isolee(siren) and "erritoire seulement" not in texte:
            yield f"{titre} : « aucune » sans dire qu'un établissement n'a pas été regardé"

    def _onglets(self, siren: str, synthese: Synthese, echanges: set[date]) -> Iterator[str]:
        for cle, ligne in [*synthese.onglets.items(), *synthese.sujets.items()]:
            for combien, mot in re.findall(COMPTE, ligne):
                yield from self._compte(siren, cle, ligne, int(combien.replace(" ", "")), mot)
        if ligne := synthese.onglets.get("controles", ""):
            yield from self._contacts(siren, ligne, echanges)
        if ligne := synthese.onglets.get("etablissements", ""):
            yield from self.cartes.etablissements(siren, ligne)

    def _compte(self, siren: str, cle: str, ligne: str, dit: int, mot: str) -> Iterator[str]:
        connu = next((m for m in COMPTES if singulier(mot) == singulier(m)), None)
        if connu is None:
            if mot not in MOTS_D_AILLEURS:
                self.mots.add(mot)
            return
        nom, compter = COMPTES[connu]
        self.lus += 1
        siennes, toutes = (
            compter(attendus.lignes(f, nom, siren, self.aujourd_hui)) for f in (self.partie, self.entiers)
        )
        if dit not in (siennes, toutes):
            yield f"onglet {cle} : « {ligne} », le fichier {nom} donne {siennes}" + (
                f" sur {toutes}" if toutes != siennes else ""
            )
        elif siennes != toutes and not re.search(r"territoire|chez vous|entreprise", ligne):
            yield f"onglet {cle} : « {ligne} » sans périmètre : {siennes} dans le territoire, {toutes} en tout"

    def _contacts(self, siren: str, ligne: str, echanges: set[date]) -> Iterator[str]:
        if not (trouve := re.search(r"([\d ]+) contacts?(?: connus?)?, le dernier le (\d\d/\d\d/\d{4})", ligne)):
            return
        jours = self.cartes.jours_de_contact(siren)
        self.lus += 2
        dit, dernier = int(trouve[1].replace(" ", "")), jour(trouve[2])
        # Of one body, place and day, told by its service and by its file: one contact.
        if not len(jours) <= dit <= len(jours) + len(echanges) * 3:
            yield f"onglet controles : « {ligne} », {len(jours)} aux fichiers, {len(echanges)} jours des services"
        prevu = max([*jours, *echanges], default=None)
        if dernier != prevu:
            yield f"onglet controles : « {ligne} », le dernier est du {prevu}"

    def _alarmes(self, siren: str, synthese: Synthese) -> Iterator[str]:
        """Each fact that alarms and that the reader may read is there, with its day; no other one is."""
        texte = " | ".join(synthese.alarmes)
        compteur = re.search(r"(\d+) alertes?\b", synthese.tete)
        self.lus += 1 + len(synthese.alarmes)
        if compteur and int(compteur[1]) != len(synthese.alarmes):
            yield f"« {compteur[0]} » au-dessus de {len(synthese.alarmes)} alertes"
        siege = self._siege_de(siren)
        ferme = (
            siege is not None
            and siege["etatAdministratifEtablissement"] == "F"
            and self._unite(siren)["etatAdministratifUniteLegale"] == "A"
        )
        if ferme != ("Siège fermé" in texte):
            yield f"alertes « {texte} » : le siège est {'fermé' if ferme else 'ouvert'}"
        for nom, prevu in self._alarmes_prevues(siren):
            fermee = not synthese.fermees.isdisjoint((nom, self.jeux[nom].titre))
            if fermee or (not self.lecteur.personnage and nom != "egapro"):
                continue
            if prevu and prevu not in texte:
                yield f"alertes « {texte} » : il manque « {prevu} »"
        connus = self.tables._jours(siren)
        for ecrit in re.findall(r"(?<!, )\b\d\d/\d\d/\d{4}", texte):
            if jour(ecrit) not in connus and ecrit not in {j.au for j in self.jeux.values()}:
                yield f"alertes « {texte} » : aucun fichier ne donne le {ecrit}"

    def _alarmes_prevues(self, siren: str) -> Iterator[tuple[str, str]]:
        lignes = {
            nom: attendus.lignes(self.partie, nom, siren, self.aujourd_hui)
            for nom in ("rupco-procedures", "accidents-travail", "egapro")
        }
        if pse := [
            jour(x[attendus.CHEMIN_RUPCO]) for x in lignes["rupco-procedures"] if x["TYPE DE DOSSIER"].startswith("PSE")
        ]:
            yield (
                "rupco-procedures",
                f"Plan de sauvegarde de l’emploi enregistré le {max(d for d in pse if d):%d/%m/%Y}",
            )
        morts = int(sum((nombre(x[tuiles.MORTELS]) or 0 for x in lignes["accidents-travail"]), Decimal(0)))
        if morts:
            yield "accidents-travail", f"{morts} mort"
        if lignes["egapro"]:
            derniere = max(lignes["egapro"], key=lambda x: x["Année"])
            note = nombre(derniere["Note Index"])
            if note is not None and note < 75:
                yield "egapro", f"Index égalité {note}/100"

    def _siege(self, siren: str, synthese: Synthese, note: str) -> Iterator[str]:
        """An address that heads the card or the note is that of an open establishment, or is said to be closed."""
        siege = self._siege_de(siren)
        active = self._unite(siren)["etatAdministratifUniteLegale"] == "A"
        if siege is None or not active or siege["etatAdministratifEtablissement"] != "F":
            return
        self.lus += 1
        if "Siège :" in synthese.cartes["qui"] and not re.search(r"Siège (: )?\(?fermé|fermé", synthese.cartes["qui"]):
            yield f"carte Qui : siège fermé depuis le {siege['dateDebut']}, son adresse est donnée sans le dire"
        tete = note.partition("SIREN")[0]
        if tete and "siège)" in tete and "fermé" not in tete:
            yield "note : l'adresse du siège fermé est en tête sans le dire"

    def _evenements(self, siren: str, html: str) -> Iterator[str]:
        genres = genres_d_evenements(html)
        for genre, dit in genres.items():
            if genre in EVENEMENTS:
                nom, _ = EVENEMENTS[genre]
                prevues = len(attendus.lignes(self.partie, nom, siren, self.aujourd_hui))
                self.lus += 1
                if dit != prevues:
                    yield f"historique : {dit} « {genre} », le fichier {nom} a {prevues} lignes"
        yield from self._territoire_de_l_historique(siren, html)
        siege = self._siege_de(siren)
        if siege is not None and siege["etatAdministratifEtablissement"] == "F":
            fermeture = jour(siege["dateDebut"])
            if fermeture and f"{fermeture:%d/%m/%Y}" not in html.partition('id="historique"')[2]:
                yield f"historique : la fermeture du siège, le {fermeture:%d/%m/%Y}, n'y est pas"

    def _territoire_de_l_historique(self, siren: str, html: str) -> Iterator[str]:
        """A timeline that says it is about a territory alone tells of no establishment of elsewhere."""
        historique = html.partition('id="historique"')[2]
        if "Votre territoire seulement" not in historique.partition("<ol")[0] and not re.search(
            r"fce-perimetre[^>]*>Votre territoire seulement", historique
        ):
            return
        self.lus += 1
        lieux = {siret: departement for siret, departement, _ in self.partie._lieux(siren)}
        cites = set(re.findall(r'href="/etablissement/(\d{14})"', historique))
        dehors = sorted({lieux[s] for s in cites if s in lieux} - self.lecteur.territoire.departements)
        if dehors:
            yield f"historique : « Votre territoire seulement » au-dessus d'établissements de {', '.join(dehors)}"

    def _dates(self, html: str) -> Iterator[str]:
        """The day that a source is known until is that of the catalogue, and is not to come."""
        titres = {jeu.titre: jeu for jeu in self.jeux.values()}
        for texte, au in provenances(html):
            entre = re.search(r"\((.*)\) · (?:au|date)", texte)
            jeu = titres.get(entre[1]) if entre else None
            self.lus += 1
            if jeu is not None and au != jeu.au:
                yield f"« {texte} » : le catalogue dit « {jeu.au} »"
            if au and (jour(au) or date.min) > self.aujourd_hui:
                yield f"« {texte} » : au lendemain d'aujourd'hui"

    def _unite(self, siren: str) -> Ligne:
        return self.entiers.lignes("sirene-unites-legales", siren)[0]

    def _siege_de(self, siren: str) -> Ligne | None:
        nic = self._unite(siren)["nicSiegeUniteLegale"]
        return next((x for x in self.entiers.lignes("sirene-etablissements", siren) if x["siret"] == siren + nic), None)


def _contacts_dits(html: str) -> set[date]:
    """Days of the contacts that services have told themselves, which are in no file: those that link to their page."""
    dits = re.findall(r'<td class="fce-date"><a href="/[^#"]+">(\d\d/\d\d/\d{4})</a>', html)
    return {j for j in map(jour, dits) if j}
