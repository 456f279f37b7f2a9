"""Figures of what the service changes, for whoever gives an account of it: the room that measures them says how
(``declarer``), and the one that prints them knows nothing of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final


@dataclass(frozen=True, slots=True)
class ChiffreDImpact:
    """A figure as it is printed, with its unit, and what it is compared with."""

    libelle: str
    valeur: str
    cible: str = ""


@dataclass(frozen=True, slots=True)
class Impact:
    """Figures, and the first and last days of what they were measured on."""

    debut: date
    fin: date
    chiffres: tuple[ChiffreDImpact, ...]


Mesurer = Callable[[date, date], Impact | None]
"""(first day, last day) → the figures of what is measured of that period, None when nothing is."""
_MESURES: Final[list[Mesurer]] = []


def declarer(mesurer: Mesurer) -> None:
    """Say who measures: the last one to say so is asked."""
    _MESURES[:] = [mesurer]


def mesurer(debut: date, fin: date) -> Impact | None:
    """The figures of a period, with the days that they are really about; None where nobody measures."""
    return _MESURES[0](debut, fin) if _MESURES else None
