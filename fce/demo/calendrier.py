"""The day the demonstration is made, and every date that follows from it.

The story is written as if it were told on ``ECRITURE``. Told on another day, all of it moves by as many days: how long
ago each thing happened, and how far apart two things are, never change. What belongs to the calendar of everyone (the
end of a month, a closed year, the start of a school year) is found again from the day.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from fce.socle import paris

ECRITURE = date(2026, 11, 1)
"""The day on which the dates written in the stories are true."""

Le = Callable[[int, int, int], date]
"""Where a day of the story falls: ``Calendrier.le``."""


@dataclass(frozen=True, slots=True)
class Calendrier:
    """The dates of a demonstration made on ``jour``."""

    jour: date

    def le(self, annee: int, mois: int, quantieme: int) -> date:
        """A day of the story, given as it is written, moved to where it falls when told on ``jour``."""
        return date(annee, mois, quantieme) + (self.jour - ECRITURE)

    @property
    def veille(self) -> date:
        """The day before: nothing that has happened is later, the daily changes of Sirene aside."""
        return self.jour - timedelta(days=1)

    @property
    def parution(self) -> date:
        """The last working day before: three days ago at most."""
        return self.veille - timedelta(days=max(0, self.veille.weekday() - 4))

    @property
    def stock(self) -> date:
        """The day that the monthly files of Sirene describe: the last one of the month before."""
        return self.jour.replace(day=1) - timedelta(days=1)

    @property
    def inscrit(self) -> date:
        """The latest birth or first hiring: the monthly series know of it too, whatever the day of the month."""
        return self.jour - timedelta(days=62)

    @property
    def dernier_mois(self) -> date:
        """First day of the latest month of the monthly series: they come a month and a half after it."""
        return (self.stock.replace(day=1) - timedelta(days=1)).replace(day=1)

    @property
    def annee_close(self) -> int:
        """The latest year whose December is in the monthly series: that of the yearly figures."""
        return self.dernier_mois.year - (self.dernier_mois.month < 12)

    @property
    def annee_effectifs(self) -> int:
        """Year of the head counts and of the size categories of Sirene: what was created later has neither yet."""
        return self.annee_close - 1

    @property
    def reference(self) -> date:
        """Month that Sirene's head counts describe."""
        return date(self.annee_effectifs, 12, 1)

    @property
    def rentree(self) -> int:
        """Year of the latest September that is over."""
        return self.jour.year - (self.jour.month < 10)


def aujourd_hui() -> Calendrier:
    """The calendar of a demonstration made today."""
    return Calendrier(paris.aujourd_hui())
