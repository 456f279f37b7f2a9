"""The jobs of the exchanges."""

from django.utils import timezone
from procrastinate.contrib.django import app

from fce.echanges.pieces import services as pieces


@app.periodic(cron="53 4 * * *")
@app.task(name="effacer_pieces", queueing_lock="effacer_pieces", lock="effacer_pieces")
def effacer_pieces(timestamp: int = 0) -> None:
    """Once a day, after the purge: erase the bytes of attachments that no row holds."""
    pieces.nettoyer_orphelines(timezone.now())
