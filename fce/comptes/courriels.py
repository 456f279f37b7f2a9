"""Mails to the holder of an account: a number, what happened, a link. The rest is read on the page, once signed in.

They leave by a job queued in the transaction of the gesture: no gesture without its mail, none for what was undone, and
no page that waits for a mail server.
"""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage
from procrastinate.contrib.django import app

from fce.comptes.models import Compte

TACHE: Final = "ecrire_a_un_compte"


def ecrire(compte: Compte, phrase: str, page: str) -> None:
    """Queue a mail. ``phrase``: without its full stop, neither a name nor a datum in it, for the queue keeps its jobs
    for a month; ``page``: path where the holder reads what happened."""
    app.configure_task(TACHE).defer(compte=compte.pk, phrase=phrase, page=page)


def envoyer(compte: Compte, phrase: str, page: str) -> bool:
    """Send a mail, unless its holder can read it no more. Raises OSError when the mail server fails."""
    if not (compte.actif and compte.courriel):
        return False
    lien = settings.FCE_ADRESSE_PUBLIQUE.rstrip("/") + page
    corps = f"{phrase}.\n\n{lien}\n\nMessage automatique de la Fiche Commune Entreprise.\n"
    EmailMessage(f"[FCE] {phrase}", corps, to=[compte.courriel]).send()
    return True
