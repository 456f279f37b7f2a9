"""Jobs of the room: mails that gestures leave, visits that time ends, bytes that no row holds."""

from django.utils import timezone
from procrastinate.contrib.django import app

from fce.comptes.models import Groupe
from fce.comptes.tasks import REPRISES_DE_COURRIEL
from fce.echanges import courriels
from fce.echanges.pieces import services as pieces
from fce.echanges.visites import services as visites


@app.periodic(cron="53 4 * * *")
@app.task(name="effacer_pieces", queueing_lock="effacer_pieces", lock="effacer_pieces")
def effacer_pieces(timestamp: int = 0) -> None:
    """Once a day, after the purge: erase the bytes of attachments that no row holds."""
    pieces.nettoyer_orphelines(timezone.now())


@app.task(name=courriels.TACHE_SERVICE, retry=REPRISES_DE_COURRIEL)
def ecrire_a_un_service(service: int, page: str, phrase: str) -> None:
    """Send one mail to a service, unless it is gone meanwhile."""
    if (trouve := Groupe.objects.filter(pk=service).first()) is not None:
        courriels.envoyer_au_service(trouve, page, phrase)


@app.periodic(cron="23 3 * * *")
@app.task(name="finir_les_visites", queueing_lock="finir_les_visites", lock="finir_les_visites")
def finir_les_visites(timestamp: int = 0) -> None:
    """Once a day: announced visits of which nobody has said whether they took place expire."""
    visites.finir_les_passees(timezone.now())
