"""The jobs of questions between services: what time does to them."""

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from fce.echanges.demandes import echeances


@app.periodic(cron="37 5 * * *")
@app.task(name="rappels_des_demandes", queueing_lock="rappels_des_demandes", lock="demandes")
def rappels_des_demandes(timestamp: int = 0) -> None:
    """Once a day, before offices open: questions of those who left go back to their service, then late ones are
    reminded. Nothing leaves while the room is closed: there is no page to lead to."""
    if not settings.FCE_ECHANGES:
        return
    echeances.rendre_aux_services(timezone.now())
    echeances.envoyer_les_rappels(timezone.now())


@app.periodic(cron="17 3 * * *")
@app.task(name="finir_les_demandes", queueing_lock="finir_les_demandes", lock="demandes")
def finir_les_demandes(timestamp: int = 0) -> None:
    """Once a day: what is answered for long closes, what is closed for long forgets who wrote it."""
    echeances.fermer_les_repondues(timezone.now())
    echeances.effacer_les_auteurs(timezone.now())
