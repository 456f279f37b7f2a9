"""Egapro's file: a workbook (first sheet) since 2022, a semicolon csv before, with the same columns."""

from collections.abc import Iterator
from pathlib import Path

from fce.sources.catalogue.delimite import lignes_csv
from fce.sources.declaration import LigneBrute
from fce.sources.lecture.classeur import lignes_xlsx
from fce.sources.lecture.ouverture import genre

COLONNES = ("Année", "SIREN", "Note Index")
"""Columns that identify the file; the declaration checks the others."""


def declarations(chemin: Path) -> Iterator[LigneBrute]:
    lignes = lignes_xlsx if genre(chemin) == "zip" else lignes_csv
    return lignes(chemin, COLONNES)
