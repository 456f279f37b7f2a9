"""Periods, and the weeks that contain them.

Other services only know the week of an announced visit, so visits are compared by weeks. Otherwise, trying one day
after another in the form would reveal the day announced.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from fce.echanges.vocabulaire import PROXIMITE

_DIMANCHE = 6


class Duree(NamedTuple):
    """Days from ``debut`` to ``fin``, both included."""

    debut: date
    fin: date

    @property
    def semaines(self) -> Duree:
        """The whole weeks, Monday to Sunday, that contain these days."""
        return Duree(lundi(self.debut), lundi(self.fin) + timedelta(days=_DIMANCHE))

    @property
    def autour(self) -> Duree:
        """The days of the visits whose weeks are at most ``PROXIMITE`` away from these weeks."""
        return Duree(self.semaines.debut - PROXIMITE, self.semaines.fin + PROXIMITE).semaines

    def ecart(self, autre: Duree) -> timedelta:
        """Days between the two periods; zero when they share a day."""
        return max(self.debut - autre.fin, autre.debut - self.fin, timedelta())


def lundi(jour: date) -> date:
    return jour - timedelta(days=jour.weekday())
