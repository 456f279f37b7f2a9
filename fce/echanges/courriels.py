"""Mails to a service's mailbox: a sentence without any data, and a link. The rest is read after sign-in, within one's
rights.

Each is sent by a job queued in the transaction of the event, as mails to accounts are (``comptes.courriels``).
"""

from __future__ import annotations

from typing import Final

from procrastinate.contrib.django import app

from fce.comptes.models import Groupe
from fce.socle import courriel

TACHE_SERVICE: Final = "ecrire_a_un_service"


def annoncer_au_service(service: int, page: str, phrase: str) -> None:
    """Queue a mail to a group's mailbox. ``phrase``: without full stop, names or data; ``page``: path for its
    members."""
    app.configure_task(TACHE_SERVICE).defer(service=service, page=page, phrase=phrase)


def envoyer_au_service(service: Groupe, page: str, phrase: str) -> bool:
    """Send a mail to a group, unless it is closed or has no mailbox. Raises OSError when the mail server fails."""
    if service.ferme_le is not None or not service.courriel:
        return False
    courriel.envoyer(service.courriel, phrase, page)
    return True
