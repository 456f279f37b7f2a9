"""Daily job that publishes the figures of ended months."""

from django.conf import settings
from procrastinate.contrib.django import app

from fce.service.statistiques.agregation import publier_les_mois
from fce.socle.texte import paris


@app.periodic(cron="17 5 * * *")
@app.task(name="publier_les_chiffres", queueing_lock="publier_les_chiffres", lock="publier_les_chiffres")
def publier_les_chiffres(timestamp: int = 0) -> None:
    if settings.FCE_STATISTIQUES:
        publier_les_mois(paris.aujourd_hui())
