"""The job of the agreement: the notices to the funder that its credits ask for."""

from django.conf import settings
from procrastinate.contrib.django import app

from fce.convention import suivi
from fce.socle import paris


@app.periodic(cron="17 5 * * *")
@app.task(name="preparer_les_avis", queueing_lock="preparer_les_avis", lock="preparer_les_avis")
def preparer_les_avis(timestamp: int = 0) -> None:
    """Once a day: prepare the notices to the funder that the credits of the agreements ask for."""
    if settings.FCE_CONVENTION:
        suivi.preparer_avis(paris.aujourd_hui())
