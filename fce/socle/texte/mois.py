"""Months, each represented by its first day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from dateutil.relativedelta import relativedelta


def ajouter_mois(jour: date, nombre: int) -> date:
    """Return the first day of the month ``nombre`` months after that of ``jour`` (before, when negative)."""
    return jour.replace(day=1) + relativedelta(months=nombre)


def mois_entre(debut: date, fin: date) -> Iterator[date]:
    """Yield the first day of each month from that of ``debut`` to that of ``fin``, both included."""
    mois = debut.replace(day=1)
    while mois <= fin:
        yield mois
        mois = ajouter_mois(mois, 1)


def fin_du_mois(jour: date) -> date:
    return jour + relativedelta(day=31)
