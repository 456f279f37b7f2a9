"""Mails to the mailbox of a service: a sentence that says nothing of anybody, and a link. The rest is read on the page,
once signed in, and as far as one's rights go.

They leave by a job queued in the transaction of the gesture, as those to accounts do (``comptes.courriels``).
"""

from __future__ import annotations

from typing import Final

from procrastinate.contrib.django import app

from fce.comptes.models import Groupe
from fce.socle import courriel

TACHE_SERVICE: Final = "ecrire_a_un_service"


def annoncer_au_service(service: int, page: str, phrase: str) -> None:
    """Queue a mail to the mailbox of a group. ``phrase``: without its full stop, neither a name nor a datum in it;
    ``page``: path where one of its members reads what happened."""
    app.configure_task(TACHE_SERVICE).defer(service=service, page=page, phrase=phrase)


def envoyer_au_service(service: Groupe, page: str, phrase: str) -> bool:
    """Send a mail to a group, unless it is closed or has no mailbox. Raises OSError when the mail server fails."""
    if service.ferme_le is not None or not service.courriel:
        return False
    courriel.envoyer(service.courriel, phrase, page)
    return True
