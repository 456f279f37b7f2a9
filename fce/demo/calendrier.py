"""The day a demonstration is made, from which all its dates follow.

The stories are written as of ``ECRITURE``. On another day, all their dates move by the same number of days, so that
ages and intervals never change. Calendar-bound dates (end of month, closed year, start of school year) are computed
from the day.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from fce.socle.texte import paris

ECRITURE = date(2026, 11, 1)
"""The day on which the dates written in the stories are exact."""

Le = Callable[[int, int, int], date]
"""Function that moves a date of a story: ``Calendrier.le``."""


@dataclass(frozen=True, slots=True)
class Calendrier:
    jour: date

    def le(self, annee: int, mois: int, quantieme: int) -> date:
        """Move a date written in a story to the day of this demonstration."""
        return date(annee, mois, quantieme) + (self.jour - ECRITURE)

    @property
    def veille(self) -> date:
        """Latest possible event, except the daily changes of Sirene."""
        return self.jour - timedelta(days=1)

    @property
    def parution(self) -> date:
        """Last working day before; at most three days ago."""
        return self.veille - timedelta(days=max(0, self.veille.weekday() - 4))

    @property
    def stock(self) -> date:
        """Day described by Sirene's monthly files: the last one of the previous month."""
        return self.jour.replace(day=1) - timedelta(days=1)

    @property
    def inscrit(self) -> date:
        """Latest creation or first hiring, old enough to appear in the monthly series."""
        return self.jour - timedelta(days=62)

    @property
    def dernier_mois(self) -> date:
        """First day of the latest month of the monthly series, which come six weeks later."""
        return (self.stock.replace(day=1) - timedelta(days=1)).replace(day=1)

    @property
    def annee_close(self) -> int:
        """Latest year whose December is in the monthly series; year of the annual figures."""
        return self.dernier_mois.year - (self.dernier_mois.month < 12)

    @property
    def annee_effectifs(self) -> int:
        """Year of Sirene's head counts and size categories; companies created later have neither."""
        return self.annee_close - 1

    @property
    def reference(self) -> date:
        """Month of Sirene's head counts."""
        return date(self.annee_effectifs, 12, 1)

    @property
    def rentree(self) -> int:
        """Year of the latest complete September."""
        return self.jour.year - (self.jour.month < 10)


def aujourd_hui() -> Calendrier:
    return Calendrier(paris.aujourd_hui())
