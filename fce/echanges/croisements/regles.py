"""Periods, and the weeks that they are in.

Of an announced visit, others know the week alone: it is by their weeks that visits are compared. Trying one day after
another on the form would else tell the day that a service has announced.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

_DIMANCHE = 6


@dataclass(frozen=True, slots=True)
class Duree:
    """Days from ``debut`` to ``fin``, both included."""

    debut: date
    fin: date

    @property
    def semaines(self) -> Duree:
        """The whole weeks, Monday to Sunday, that these days are in."""
        return Duree(lundi(self.debut), lundi(self.fin) + timedelta(days=_DIMANCHE))

    def ecart(self, autre: Duree) -> timedelta:
        """Days between the nearest days of the two; none when they have a day in common."""
        return max(self.debut - autre.fin, autre.debut - self.fin, timedelta())


def lundi(jour: date) -> date:
    """The Monday of the week of a day."""
    return jour - timedelta(days=jour.weekday())
