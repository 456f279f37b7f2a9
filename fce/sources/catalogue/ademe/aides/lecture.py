"""Subsidies of ADEME, in the layout of grant agreements with its own names for two columns."""

from collections.abc import Iterator
from pathlib import Path

from fce.sources.catalogue.conventions import COMMUNES, lire_conventions
from fce.sources.declaration import LigneBrute

COLONNES = ("Nom de l attribuant", *COMMUNES, "dispositifAide")


def lire(chemin: Path) -> Iterator[LigneBrute]:
    return lire_conventions(chemin, COLONNES)
