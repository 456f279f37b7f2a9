"""Months of the calendar, each named by its first day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from dateutil.relativedelta import relativedelta


def ajouter_mois(jour: date, nombre: int) -> date:
    """The first day of the month so many months after that of a day, or before when negative."""
    return jour.replace(day=1) + relativedelta(months=nombre)


def mois_entre(debut: date, fin: date) -> Iterator[date]:
    """The months from that of ``debut`` to that of ``fin``, both included, each by its first day."""
    mois = debut.replace(day=1)
    while mois <= fin:
        yield mois
        mois = ajouter_mois(mois, 1)


def fin_du_mois(jour: date) -> date:
    """The last day of the month of a day."""
    return jour + relativedelta(day=31)
