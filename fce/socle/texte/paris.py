"""Today's date in France, which rights, delays and figures use, and the only conversion of an instant to a day.

PostgreSQL and Django keep instants in UTC, where the day is the previous one between midnight and 1 or 2 a.m. in Paris.
"""

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final

from fce.socle.texte.formats import PARIS

__all__ = ["PARIS", "SQL_AUJOURD_HUI", "aujourd_hui", "jour_de", "jour_ecrit"]

SQL_AUJOURD_HUI: Final = "(now() AT TIME ZONE 'Europe/Paris')::date"
"""The same day in SQL; ``CURRENT_DATE`` would follow the connection's time zone, UTC."""


def aujourd_hui() -> date:
    return jour_de(datetime.now(UTC))


@lru_cache(maxsize=64)
def jour_de(instant: datetime) -> date:
    """Return the day in France of an instant. Raises ``ValueError`` when the instant has no time zone."""
    if instant.utcoffset() is None:
        raise ValueError("an instant without time zone has no day in France")
    return instant.astimezone(PARIS).date()


def jour_ecrit(valeur: date) -> date:
    """Return the day of a value read in a file: a datetime without time zone keeps its written date."""
    if not isinstance(valeur, datetime):
        return valeur
    return jour_de(valeur) if valeur.tzinfo else valeur.date()
