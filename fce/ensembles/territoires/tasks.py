"""Prepares the table of territories when a version of one of its sources is switched, and every night."""

from __future__ import annotations

from procrastinate.contrib.django import app

from fce.ensembles.territoires.preparation import perimee, preparer
from fce.socle.texte import paris


@app.periodic(cron="*/10 * * * *")
@app.task(name="preparer_les_territoires", queueing_lock="preparer_les_territoires", lock="preparer_les_territoires")
def preparer_les_territoires(timestamp: int = 0) -> None:
    """Prepare, unless the table has every version in place and is of today."""
    if perimee(jour := paris.aujourd_hui()):
        preparer(jour)
