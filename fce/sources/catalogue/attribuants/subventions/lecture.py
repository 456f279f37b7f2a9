"""Subsidies of any public body, in the layout of grant agreements."""

from collections.abc import Iterator
from pathlib import Path

from fce.sources.catalogue.conventions import COMMUNES, lire_conventions
from fce.sources.declaration import LigneBrute


def lire(chemin: Path) -> Iterator[LigneBrute]:
    return lire_conventions(chemin, ("nomAttribuant", *COMMUNES, "pourcentageSubvention"))
