"""What the service costs: a room that keeps the accounts says so, and those that show a cost know none of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

Couts = Callable[[date, date], Mapping[date, int]]
"""(first days of the first and of the last month) → {first day of a month: cents spent in it}, without those of which
the accounts do not say."""
_COUTS: Final[list[Couts]] = []


def declarer(couts: Couts) -> None:
    """Say who knows what a month has cost: one room at most."""
    _COUTS[:] = [couts]


def couts_par_mois(debut: date, fin: date) -> Mapping[date, int]:
    """Cents spent by month, each named by its first day; nothing when nobody keeps the accounts."""
    return _COUTS[0](debut, fin) if _COUTS else {}
