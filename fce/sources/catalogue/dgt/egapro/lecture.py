"""Egapro's file: a workbook (first sheet) since 2022, a csv with semicolons before; the columns are the same."""

from collections.abc import Iterator
from pathlib import Path

from fce.sources.catalogue.delimite import lignes_csv
from fce.sources.declaration import LigneBrute
from fce.sources.lecture.classeur import lignes_xlsx
from fce.sources.lecture.ouverture import genre

COLONNES = ("Année", "SIREN", "Note Index")
"""Columns without which the file is another one; the others are checked with the declaration."""


def declarations(chemin: Path) -> Iterator[LigneBrute]:
    """(line of the sheet, {column: text}), whichever of the two formats. Raises ``ImportRefuse``."""
    lire = lignes_xlsx if genre(chemin) == "zip" else lignes_csv
    return lire(chemin, COLONNES)
