"""Figures of what the service changes, for whoever gives an account of it: the room that measures them says how
(``declarer``), and the one that prints them knows nothing of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final


@dataclass(frozen=True, slots=True)
class ChiffreDImpact:
    """A figure as it is printed, with its unit, and what it is compared with."""

    libelle: str
    valeur: str
    cible: str = ""


Mesurer = Callable[[date, date], Iterable[ChiffreDImpact]]
"""(first day, last day) → the figures of that period."""
_MESURES: Final[list[Mesurer]] = []


def declarer(mesurer: Mesurer) -> None:
    """Say who measures: the last one to say so is asked."""
    _MESURES[:] = [mesurer]


def chiffres(debut: date, fin: date) -> list[ChiffreDImpact]:
    """The figures of a period, none where nobody measures."""
    return list(_MESURES[0](debut, fin)) if _MESURES else []
