"""Prepares the table of territories when a version of one of its sources is switched, and every night."""

from __future__ import annotations

from procrastinate.contrib.django import app

from fce.socle.texte import paris
from fce.territoires.preparation import perimee, preparer


@app.periodic(cron="*/10 * * * *")
@app.task(name="preparer_les_territoires", queueing_lock="preparer_les_territoires", lock="preparer_les_territoires")
def preparer_les_territoires(timestamp: int = 0) -> None:
    """Prepare, unless the table has every version in place and is of today."""
    if perimee(jour := paris.aujourd_hui()):
        preparer(jour)
