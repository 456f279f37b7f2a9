"""The daily purge, and the event that records how many rows it deleted in each table."""

from datetime import datetime

from fce.droits.comptes.evenements import SYSTEME, noter
from fce.socle.base import conservation
from fce.socle.base.conservation import Effacement


def purger(maintenant: datetime, par: str = SYSTEME) -> list[Effacement]:
    """Delete the expired rows of every table, and record how many."""
    faits = conservation.purger(maintenant)
    if faits:
        noter(par, "purge", "conservation", apres={f.table: None if f.refus else f.lignes for f in faits})
    return faits
