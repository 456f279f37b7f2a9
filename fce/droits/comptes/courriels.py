"""Mails to the holder of an account: what happened, without any data, and a link to the page that says more.

The transaction of the change queues a job that sends the mail, so that a rolled-back change sends nothing and no page
waits for a mail server.
"""

from __future__ import annotations

from typing import Final

from django.urls import reverse
from procrastinate.contrib.django import app

from fce.droits.comptes.models import Compte, Invitation
from fce.socle.travaux import courriel

TACHE_COURRIEL: Final = "ecrire_a_un_compte"
TACHE_INVITATION: Final = "inviter_par_courriel"


def annoncer(compte: Compte, phrase: str, page: str) -> None:
    """Queue a mail. ``phrase``: sentence without its full stop nor any name or data, since the queue keeps jobs for a
    month; ``page``: path to read more."""
    app.configure_task(TACHE_COURRIEL).defer(compte=compte.pk, phrase=phrase, page=page)


def envoyer(compte: Compte, phrase: str, page: str) -> bool:
    """Send a mail; return False when the account is closed or has no address. Raises OSError when the mail server
    fails."""
    if not (compte.actif and compte.courriel):
        return False
    courriel.envoyer(compte.courriel, phrase, page)
    return True


def inviter(invitation: Invitation) -> None:
    """Queue the mail of an invitation. The job makes the secret of the link, because the queue keeps its arguments for
    a month."""
    app.configure_task(TACHE_INVITATION).defer(invitation=invitation.pk)


def envoyer_invitation(invitation: Invitation, secret: str) -> None:
    """Mail the link of an invitation. Raises OSError when the mail server fails."""
    courriel.envoyer(
        invitation.courriel,
        "Vous êtes invité à rejoindre un groupe de la Fiche Commune Entreprise",
        reverse("comptes:invitation", args=[secret]),
        "Connectez-vous avec votre compte ProConnect. Ce lien vaut quatorze jours, pour cette adresse seulement.",
    )
