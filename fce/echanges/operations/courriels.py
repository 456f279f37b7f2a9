"""Mails to the mailbox of a service about an operation: a link, and neither its name, a company nor another service.

They leave by a job queued in the transaction of the gesture.
"""

from __future__ import annotations

from typing import Final

from django.urls import reverse
from procrastinate.contrib.django import app

from fce.comptes.models import Groupe
from fce.echanges.courriels import envoyer_au_service
from fce.echanges.etats import EtatOperation
from fce.echanges.models import OperationConjointe, VisiteAnnoncee
from fce.echanges.operations import croisements

TACHE_INVITATION_OPERATION: Final = "inviter_a_une_operation"
TACHE_COORDINATEUR: Final = "ecrire_a_un_coordinateur"


def annoncer_invitation(operation: OperationConjointe, service: Groupe) -> None:
    """Queue the mail that tells a service that it takes part in an operation."""
    app.configure_task(TACHE_INVITATION_OPERATION).defer(operation=operation.pk, service=service.pk)


def envoyer_invitation(operation: OperationConjointe, service: Groupe) -> bool:
    """Send the mail of an invitation, unless the service takes part no more. Raises OSError when the mail server
    fails."""
    if operation.etat != EtatOperation.PREPARATION or not operation.participations.filter(service=service).exists():
        return False
    return _envoyer(service, "Votre service est invité à une opération conjointe", operation)


def annoncer_aux_coordinateurs(visite: VisiteAnnoncee) -> int:
    """Queue one mail for each operation that a visit meets; return how many."""
    croisees = croisements.operations_croisees(visite)
    for operation in croisees:
        app.configure_task(TACHE_COORDINATEUR).defer(operation=operation, visite=visite.pk)
    return len(croisees)


def envoyer_au_coordinateur(operation: OperationConjointe, visite: VisiteAnnoncee) -> bool:
    """Send the mail of a crossing, unless it crosses no more. Raises OSError when the mail server fails."""
    if operation.pk not in croisements.operations_croisees(visite):
        return False
    return _envoyer(operation.coordinateur, "Un croisement attend votre lecture", operation)


def _envoyer(service: Groupe, phrase: str, operation: OperationConjointe) -> bool:
    return envoyer_au_service(service, reverse("echanges:operation", args=[operation.pk]), phrase)
