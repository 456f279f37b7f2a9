"""Mails to a service: a sentence without any data, and a link. The rest is read after sign-in, within one's rights.

Each is sent by a job queued in the transaction of the event, as mails to accounts are (``comptes.courriels``).
"""

from __future__ import annotations

from datetime import date
from typing import Final

from django.db.models import QuerySet
from procrastinate.contrib.django import app

from fce.comptes import courriels as comptes
from fce.comptes.models import Appartenance, Compte, Groupe
from fce.socle import courriel, paris

TACHE_SERVICE: Final = "ecrire_a_un_service"


def annoncer_au_service(service: int, page: str, phrase: str) -> None:
    """Queue a mail to a group. ``phrase``: without full stop, names or data; ``page``: path for its members."""
    app.configure_task(TACHE_SERVICE).defer(service=service, page=page, phrase=phrase)


def envoyer_au_service(service: Groupe, page: str, phrase: str) -> bool:
    """Send a mail to the mailbox of a group; without one, to its present members; if none is present, to all of them.
    Nothing for a closed one. Raises OSError when the mail server fails."""
    if service.ferme_le is not None or service.organisation.fermee_le is not None:
        return False
    if service.courriel:
        courriel.envoyer(service.courriel, phrase, page)
        return True
    siens = membres_presents(service.pk, paris.aujourd_hui()) or membres(service.pk)
    return sum(comptes.envoyer(compte, phrase, page) for compte in siens) > 0


def membres(service: int) -> QuerySet[Compte]:
    """Current members of a service."""
    siennes = Appartenance.objects.filter(groupe=service, fin=None, suspendue_le=None)
    return Compte.objects.filter(pk__in=siennes.values("compte"), desactive_le=None).order_by("nom", "prenom", "pk")


def membres_presents(service: int, aujourd_hui: date) -> QuerySet[Compte]:
    """Current members of a service who have not announced an absence."""
    return membres(service).exclude(absence__jusqu_au__gte=aujourd_hui)
