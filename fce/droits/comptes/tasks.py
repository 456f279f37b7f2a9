"""Jobs: purge (``fce.socle.base.conservation``), expired sessions, mails."""

from contextlib import suppress

import structlog
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from fce.droits.comptes import appartenances, courriels, purge
from fce.droits.comptes.erreurs import DejaFait
from fce.droits.comptes.models import Compte, Invitation
from fce.droits.comptes.sessions import effacer_les_expirees

log = structlog.get_logger(__name__)


@app.periodic(cron="41 4 * * *")
@app.task(name="purger", queueing_lock="purger", lock="purger")
def purger(timestamp: int = 0) -> None:
    for fait in purge.purger(timezone.now()):
        if fait.refus:
            log.error("conservation : la table %s n’a pas pu être purgée", fait.table)


@app.periodic(cron="*/10 * * * *")
@app.task(name="effacer_sessions", queueing_lock="effacer_sessions", lock="effacer_sessions")
def effacer_sessions(timestamp: int = 0) -> None:
    effacer_les_expirees(timezone.now())


# 15 s, 4 min, 1 h, 14 h.
REPRISES_DE_COURRIEL = RetryStrategy(max_attempts=4, exponential_wait=15, retry_exceptions=(OSError,))


@app.task(name=courriels.TACHE_COURRIEL, retry=REPRISES_DE_COURRIEL)
def envoyer_a_un_compte(compte: int, phrase: str, page: str) -> None:
    """Mail the holder of an account, if it still exists."""
    if (destinataire := Compte.objects.filter(pk=compte).first()) is not None:
        courriels.envoyer(destinataire, phrase, page)


@app.task(name=courriels.TACHE_INVITATION, retry=REPRISES_DE_COURRIEL)
def envoyer_une_invitation(invitation: int) -> None:
    """Mail an invitation, unless cancelled or used meanwhile."""
    with suppress(DejaFait):
        if (attendue := Invitation.objects.filter(pk=invitation).first()) is not None:
            courriels.envoyer_invitation(attendue, appartenances.creer_lien(attendue))
