"""The ratios of a sheet against the accounts of the file; the medians of their sector computed again."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from statistics import median
from typing import Final

from tests.consistance.fichiers import Fichiers, Ligne
from tests.consistance.page import Bloc
from tests.consistance.valeurs import jour, nombre

TITRE: Final = "Ratios financiers de la société"
COLONNES: Final = {
    "Taux de marge d'EBE (%)": "marge_ebe",
    "Taux d'endettement (%)": "taux_d_endettement",
    "Ratio de liquidité (%)": "ratio_de_liquidite",
    "Autonomie financière (%)": "autonomie_financiere",
}
NIVEAUX: Final = (6, 5, 4, 2)
"""Characters of a sous-classe, a classe, a groupe, a division of the NAF."""
AUTRES_COMPTES: Final = 3
_MEDIANE: Final = re.compile(r"^(.*) \(secteur (.*)\)$")
Compte = dict[str, Decimal]


@dataclass
class Ratios:
    """``lus``: figures compared."""

    fichiers: Fichiers
    lus: int = 0
    _comptes: dict[int, dict[str, Compte]] = field(default_factory=lambda: defaultdict(dict))

    def __post_init__(self) -> None:
        for siren in self.fichiers.sirens("ratios-financiers"):
            if not self._ouverte(siren):
                continue
            siennes = sorted(
                (x for x in self._publics(siren) if all(x[c] for c in COLONNES.values())),
                key=lambda x: (x["date_cloture_exercice"], x["type_bilan"] == "C"),
            )
            for ligne in siennes:
                annee = int(ligne["date_cloture_exercice"][:4])
                self._comptes[annee][siren] = {c: nombre(ligne[c]) or Decimal(0) for c in COLONNES.values()}

    def fautes(self, siren: str, bloc: Bloc) -> Iterator[str]:
        """Every difference between the table and the file."""
        (table,) = bloc.tables
        ratios = [x for x in table.lignes if x[0] in COLONNES]
        secteurs = next((x for x in table.lignes if x[0] not in COLONNES), [""] * len(table.entetes))
        for place, entete in enumerate(table.entetes[1:-1], 1):
            clos = re.search(r"\d\d/\d\d/\d{4}", entete)
            quand = jour(clos[0]) if clos else None
            lignes = [x for x in self._publics(siren) if jour(x["date_cloture_exercice"]) == quand]
            if quand is None or not lignes:
                yield f"{TITRE} : « {entete} », aucun compte n'est clos ce jour-là"
                continue
            secteur, comptes = self._secteur(siren, quand.year)
            dit = secteurs[place].replace(" comptes", "")
            if dit != (f"{secteur}, {len(comptes)}" if secteur else ""):
                yield f"{TITRE} : « {dit} » le {quand}, les fichiers donnent {secteur}, {len(comptes)}"
            for titre, *cellules in ratios:
                colonne = COLONNES[titre]
                mediane = median(x[colonne] for x in comptes) if comptes else None
                yield from self._cellule(
                    f"{titre}, {quand}", cellules[place - 1], [x[colonne] for x in lignes], mediane
                )

    def _cellule(self, quoi: str, cellule: str, valeurs: list[str], mediane: Decimal | None) -> Iterator[str]:
        trouve = _MEDIANE.match(cellule)
        lue, dite = (trouve[1], trouve[2]) if trouve else (cellule, "")
        self.lus += 1 + bool(dite)
        if not any(_meme(lue, nombre(v) if v else None) for v in valeurs):
            yield f"{TITRE} : {quoi} : « {lue} », le fichier donne {valeurs}"
        if not _meme(dite, mediane):
            yield f"{TITRE} : {quoi} : médiane « {dite} », les fichiers donnent {mediane}"

    def _secteur(self, siren: str, annee: int) -> tuple[str, list[Compte]]:
        """The finest level with enough other companies, and its accounts; "" without."""
        naf, comptes = self._naf(siren), self._comptes[annee]
        for longueur in NIVEAUX if naf else ():
            siens = {s: x for s, x in comptes.items() if self._naf(s)[:longueur] == naf[:longueur]}
            if len(siens.keys() - {siren}) >= AUTRES_COMPTES:
                return naf[:longueur], [*siens.values()]
        return "", []

    def _naf(self, siren: str) -> str:
        """Activity of a company in Sirene; "" when it is not of the NAF rév. 2."""
        (unite,) = self.fichiers.lignes("sirene-unites-legales", siren) or [{}]
        revision = unite.get("nomenclatureActivitePrincipaleUniteLegale")
        return unite["activitePrincipaleUniteLegale"] if revision == "NAFRev2" else ""

    def _ouverte(self, siren: str) -> bool:
        """Whether a company counts: not in diffusion partielle, and of a known activity."""
        (unite,) = self.fichiers.lignes("sirene-unites-legales", siren) or [{}]
        return unite.get("statutDiffusionUniteLegale") == "O" and bool(self._naf(siren))

    def _publics(self, siren: str) -> list[Ligne]:
        """Own accounts, none confidential."""
        lignes = self.fichiers.lignes("ratios-financiers", siren)
        return [x for x in lignes if x["type_bilan"] in ("C", "S") and x["confidentiality"] == "Public"]


def _meme(ecrit: str, valeur: Decimal | None) -> bool:
    """Whether a cell is this number, to its one decimal; an empty one is None."""
    if valeur is None:
        return not ecrit
    lu = nombre(ecrit.replace(" ", "").replace("−", "-").replace(",", "."))
    return lu is not None and abs(lu - valeur) <= Decimal("0.051")
