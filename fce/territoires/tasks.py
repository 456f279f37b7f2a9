"""Prepares the table of territories when a version of one of its sources is switched, and every night."""

from __future__ import annotations

from typing import Any

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from fce.imports.travaux.releve import importe
from fce.socle import paris
from fce.territoires.preparation import perimee, preparer


@app.periodic(cron="*/10 * * * *")
@app.task(name="preparer_les_territoires", queueing_lock="preparer_les_territoires", lock="preparer_les_territoires")
def preparer_les_territoires(timestamp: int = 0) -> None:
    """Prepare, unless the table has every version in place and is of today."""
    if perimee(jour := paris.aujourd_hui()):
        preparer(jour)


def demander(**_: Any) -> None:
    """Queue a preparation now; several switches that follow each other make one."""
    try:
        preparer_les_territoires.defer()
    except AlreadyEnqueued:
        return


importe.connect(demander, dispatch_uid="territoires.preparer")
