"""Read a source of the catalogue in full: its rows as mappings, and what was set aside."""

from __future__ import annotations

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
    lots = list(lire(declaree, list(chemins) or [registre.exemple(declaree)]))
    return Lecture(
        [ligne for lot in lots for ligne in lot.lignes.iter_rows(named=True)],
        [rejet for lot in lots for rejet in lot.rejets],
        [avertissement for lot in lots for avertissement in lot.avertissements],
        sum(lot.recues for lot in lots),
    )


def lignes(nom: str, *chemins: Path) -> list[dict[str, Any]]:
    """Every row of the example (or of ``chemins``), nothing set aside."""
    lue = lecture(nom, *chemins)
    assert (lue.rejets, lue.avertissements) == ([], [])
    return lue.lignes


def ligne(nom: str, **valeurs: Any) -> dict[str, Any]:
    """A row of the source, empty but for ``valeurs``."""
    champs = registre.source(nom).champs
    assert valeurs.keys() <= champs.keys()
    return dict.fromkeys(champs) | valeurs


def exemple_de(nom: str) -> Path:
    return registre.exemple(registre.source(nom))
