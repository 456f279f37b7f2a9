"""Read a source of the catalogue in full: its rows as mappings, and what was set aside."""

import inspect
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fce.sources import registre
from fce.sources.declaration import Source
from fce.sources.lecture import Rejet
from fce.sources.lecture.lecteur import lire


@dataclass(frozen=True, slots=True)
class Lecture:
    lignes: list[dict[str, Any]]
    rejets: list[Rejet]
    avertissements: list[str]
    lues: int


def lecture(source: Source | str, *chemins: Path) -> Lecture:
    """Everything ``source`` reads in ``chemins`` (its own example by default)."""
    declaree = registre.source(source) if isinstance(source, str) else source
    lots = list(lire(declaree, list(chemins) or [exemple_de(declaree)]))
    return Lecture(
        [ligne for lot in lots for ligne in lot.lignes.iter_rows(named=True)],
        [rejet for lot in lots for rejet in lot.rejets],
        [avertissement for lot in lots for avertissement in lot.avertissements],
        sum(lot.lues for lot in lots),
    )


def exemple_de(source: Source | str) -> Path:
    declaree = registre.source(source) if isinstance(source, str) else source
    (trouve,) = Path(inspect.getfile(declaree.modele)).parent.glob("exemple.*")
    return trouve
