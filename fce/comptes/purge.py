"""The daily purge, and what it leaves of itself: one event, with what went of each table."""

from datetime import datetime

from fce.comptes.evenements import SYSTEME, noter
from fce.socle import conservation
from fce.socle.conservation import Effacement


def purger(maintenant: datetime, par: str = SYSTEME) -> list[Effacement]:
    """Erase what has expired in every table; an event says how much."""
    faits = conservation.purger(maintenant)
    if faits:
        noter(par, "purge", "conservation", apres={f.table: None if f.refus else f.lignes for f in faits})
    return faits
