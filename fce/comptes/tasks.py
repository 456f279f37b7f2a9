"""Jobs of the room: what time ends. See ``fce.socle.conservation``."""

import logging

from django.utils import timezone
from procrastinate.contrib.django import app

from fce.comptes import purge
from fce.comptes.sessions import effacer_les_expirees

journal = logging.getLogger(__name__)


@app.periodic(cron="41 4 * * *")
@app.task(name="purger", queueing_lock="purger", lock="purger")
def purger(timestamp: int = 0) -> None:
    """Once a day: erase what every table has kept long enough."""
    for fait in purge.purger(timezone.now()):
        if fait.refus:
            journal.error("conservation : la table %s n’a pas pu être purgée", fait.table)


@app.periodic(cron="*/10 * * * *")
@app.task(name="effacer_sessions", queueing_lock="effacer_sessions", lock="effacer_sessions")
def effacer_sessions(timestamp: int = 0) -> None:
    """Sessions that can no longer be used, and sign-ins never ended: their table stays small."""
    effacer_les_expirees(timezone.now())
