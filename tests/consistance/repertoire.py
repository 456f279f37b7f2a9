"""Sirene on a sheet against its files: identity, establishments, their last contact, their export."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from tests.consistance import attendus, tuiles
from tests.consistance.fichiers import Fichiers, Ligne
from tests.consistance.page import Bloc, Table
from tests.consistance.territoire import Partie
from tests.consistance.valeurs import affichee, brute, chiffree, jour


@dataclass
class Repertoire:
    """``lus``: figures compared."""

    entiers: Fichiers
    fichiers: Partie
    aujourd_hui: date
    lus: int = 0
    dits: set[date] = field(default_factory=set)
    """Days of the contacts that services told, which no file knows; the last contact is then not checked."""

    def bloc(self, siren: str, bloc: Bloc) -> Iterator[str]:
        """Identity, list of establishments: every number is one of the row of Sirene that it is about."""
        etablissements = {e["siret"]: e for e in self.fichiers.lignes("sirene-etablissements", siren)}
        unite = self.fichiers.lignes("sirene-unites-legales", siren)[0]
        siege = etablissements[siren + unite["nicSiegeUniteLegale"]]
        for titre, valeur in bloc.paires:
            yield from self._sirene(f"{titre} : {valeur}", valeur, [unite, siege])
        for table in bloc.tables:
            if table.entetes[:1] == ["Année"]:
                yield from self._annees(table)
                continue
            for ligne in table.lignes:
                trouve = re.search(r"\d{3} \d{3} \d{3} \d{5}", ligne[0])
                connu = etablissements.get(trouve[0].replace(" ", "")) if trouve else None
                if connu is None:
                    yield f"établissement inconnu du fichier : {ligne[0]}"
                    continue
                for entete, cellule in zip(table.entetes[1:], ligne[1:], strict=True):
                    if entete == "Dernier contact connu":
                        yield from self._contact(siren, connu["siret"], cellule)
                    else:
                        yield from self._sirene(f"{connu['siret']} : {cellule}", cellule, [connu, unite])

    def _annees(self, table: Table) -> Iterator[str]:
        """Events of a year of the history: those of each gravity add up to it."""
        for annee, total, gravites in table.lignes:
            self.lus += 1
            if sum(int(n) for n in re.findall(r" : (\d+)", gravites)) != int(total.replace(" ", "")):
                yield f"{annee} : {total} événements pour « {gravites} »"

    def _contact(self, siren: str, siret: str, cellule: str) -> Iterator[str]:
        """The last contact of an establishment: no later one is in the files."""
        jours = {
            jour(x[colonne])
            for nom, colonne in tuiles.CONTACTS.items()
            for x in attendus.lignes(self.entiers, nom, siren, self.aujourd_hui)
            if siret in (x["_numero"], x["_numero"] + x.get("N° Etablissement", "").zfill(5))
        }
        dit = re.match(r"\d\d/\d\d/\d{4}", cellule)
        quand = jour(dit[0]) if dit else None
        self.lus += dit is not None
        passes = [j for j in jours if j and j <= self.aujourd_hui]
        if quand and quand not in {*jours, *self.dits}:
            yield f"{siret} : « {cellule} », aucun fichier ne donne ce contact"
        if not self.dits and max(passes, default=None) != quand:
            yield f"{siret} : « {cellule} », le dernier contact des fichiers est du {max(passes, default=None)}"

    def export(self, siren: str, lignes: Sequence[dict[str, str]]) -> Iterator[str]:
        """Every establishment of Sirene is exported once, with its own state, commune and numbers."""
        connus = {e["siret"]: e for e in self.fichiers.lignes("sirene-etablissements", siren)}
        if sorted(x["SIRET"] for x in lignes) != sorted(connus):
            yield f"etablissements.csv : {len(lignes)} lignes, {len(connus)} établissements dans Sirene"
        unite = self.fichiers.lignes("sirene-unites-legales", siren)[0]
        for ligne in lignes:
            connu = connus.get(ligne["SIRET"], {})
            if (ligne["État"] == "Ouvert") != (connu.get("etatAdministratifEtablissement") == "A"):
                yield f"etablissements.csv : {ligne['SIRET']} est dit {ligne['État'].lower()}"
            for titre in ("Adresse", "Département", "Ouvert le", "Effectif (tranche Insee)", "Année de l’effectif"):
                yield from self._sirene(f"{ligne['SIRET']} : {ligne[titre]}", ligne[titre], [connu, unite])

    def _sirene(self, quoi: str, valeur: str, lignes: list[Ligne]) -> Iterator[str]:
        connus: set[str] = set()
        for ligne in lignes:
            connus = connus.union(*map(_ecrits, ligne.values()))
            commune = ligne.get("codeCommuneEtablissement", "")
            connus.add(commune[: 3 if commune[:2] in ("97", "98") else 2])
            for colonne in ("trancheEffectifsUniteLegale", "trancheEffectifsEtablissement"):
                connus |= set(tuiles.TRANCHES.get(ligne.get(colonne, ""), "").split())
        if affichee(valeur) & connus:
            self.lus += chiffree(valeur)
            return
        for chiffres in re.findall(r"\d{3} \d{3} \d{3} \d{5}|\d{1,3}(?: \d{3})+|\d+", valeur):
            self.lus += 1
            # Two numbers side by side ("ÉTAGE 2 115 RUE…") read like one.
            if not {chiffres, chiffres.replace(" ", "")} & connus and not set(chiffres.split()) <= connus:
                yield f"{quoi} : « {chiffres} » n'est pas dans Sirene"


@cache
def _ecrits(texte: str) -> frozenset[str]:
    """Writings of a cell of Sirene on a page: its forms, its numbers, its day."""
    chiffres = re.findall(r"\d+", texte)
    quand = jour(texte)
    return frozenset(
        {*brute(texte), *chiffres, *(n.lstrip("0") for n in chiffres), *([f"jour {quand}"] if quand else [])}
    )
