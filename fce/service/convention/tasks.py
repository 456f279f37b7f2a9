"""Daily job that prepares the notices to the funder."""

from django.conf import settings
from procrastinate.contrib.django import app

from fce.service.convention import suivi
from fce.socle.texte import paris


@app.periodic(cron="17 5 * * *")
@app.task(name="preparer_les_avis", queueing_lock="preparer_les_avis", lock="preparer_les_avis")
def preparer_les_avis(timestamp: int = 0) -> None:
    if settings.FCE_CONVENTION:
        suivi.preparer_avis(paris.aujourd_hui())
