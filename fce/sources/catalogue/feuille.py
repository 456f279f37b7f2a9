"""Read a table that a declaration written in JSON places: a sheet of a workbook, or a csv under title lines."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fce.sources.catalogue.delimite import lignes_csv
from fce.sources.fichier import LigneBrute
from fce.sources.lecture.classeur import feuilles_xlsx
from fce.sources.lecture.refus import refus


@dataclass(frozen=True, slots=True)
class TablePlacee:
    """Function of a ``Lecteur``. ``rang``: line of the header; ``nom``: of the sheet, "" for the first visible one;
    ``separateur``: that of a csv, "" for a workbook.

    Calling it raises ImportRefuse when the sheet or a column of ``attendues`` is missing.
    """

    attendues: tuple[str, ...]
    rang: int = 1
    nom: str = ""
    separateur: str = ""
    encodage: str = "utf-8-sig"

    def __call__(self, chemin: Path) -> Iterator[LigneBrute]:
        if self.separateur:
            options = {"separateur": self.separateur, "encodage": self.encodage}
            return lignes_csv(chemin, self.attendues, rang=self.rang, **options)
        return self._du_classeur(chemin)

    def _du_classeur(self, chemin: Path) -> Iterator[LigneBrute]:
        for nom, cachee, rangees in feuilles_xlsx(chemin):
            if nom != self.nom and (self.nom or cachee):
                continue
            entete: dict[int, str] = {}
            for numero, cellules in rangees:
                if entete:
                    yield numero, {titre: cellules.get(place) for place, titre in entete.items()}
                elif numero >= self.rang:
                    entete = {place: titre.strip() for place, titre in cellules.items() if titre.strip()}
                    if manquantes := [titre for titre in self.attendues if titre not in entete.values()]:
                        raise refus(chemin, "colonnes", f"colonnes manquantes : {', '.join(manquantes)}.", ligne=numero)
            return
        raise refus(chemin, "classeur", f"la feuille « {self.nom} » est absente.")
