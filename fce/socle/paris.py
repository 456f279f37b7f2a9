"""The day that it is in France, of which rights, delays and figures are counted: the only place that makes a day of an
instant. PostgreSQL and Django keep instants in UTC, whose day is the one before from midnight to 1 or 2 a.m."""

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final

from fce.socle.formats import PARIS

__all__ = ["PARIS", "SQL_AUJOURD_HUI", "aujourd_hui", "jour_de", "jour_ecrit"]

SQL_AUJOURD_HUI: Final = "(now() AT TIME ZONE 'Europe/Paris')::date"
"""The same day inside a query: ``CURRENT_DATE`` is that of UTC, the time zone of the connections."""


def aujourd_hui() -> date:
    """The day that it is in France."""
    return jour_de(datetime.now(UTC))


@lru_cache(maxsize=64)
def jour_de(instant: datetime) -> date:
    """The day that it was in France at an instant. Raises ``ValueError`` when the instant has no time zone."""
    if instant.utcoffset() is None:
        raise ValueError("an instant without time zone has no day in France")
    return instant.astimezone(PARIS).date()


def jour_ecrit(valeur: date) -> date:
    """The day of a value of a file: an instant without time zone is dated as it is written."""
    if not isinstance(valeur, datetime):
        return valeur
    return jour_de(valeur) if valeur.tzinfo else valeur.date()
