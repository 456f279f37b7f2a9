"""Mails to a service's mailbox about an operation: a link, without its name, a company or another service.

Each is sent by a job queued in the transaction of the action, if still relevant.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from django.urls import reverse
from procrastinate.contrib.django import app

from fce.droits.comptes.models import Groupe
from fce.echanges.courriels import annoncer_au_service, envoyer_au_service
from fce.echanges.croisements.regles import lundi
from fce.echanges.models import OperationConjointe, Participation, VisiteAnnoncee
from fce.echanges.operations.contacts import visites_des_cibles
from fce.echanges.operations.croisements import operations_croisees
from fce.echanges.operations.genre import OPERATIONS, EtatOperation, GesteOperation
from fce.socle.base.ecriture import ecriture

TACHE_INVITATION_OPERATION: Final = "inviter_a_une_operation"
TACHE_COORDINATEUR: Final = "ecrire_a_un_coordinateur"
CROISEMENT: Final = "Un croisement attend votre lecture"


def annoncer_invitation(operation: OperationConjointe, service: Groupe) -> None:
    """Queue the mail that invites a service."""
    app.configure_task(TACHE_INVITATION_OPERATION).defer(operation=operation.pk, service=service.pk)


def envoyer_invitation(operation: int, service: int) -> bool:
    """Send an invitation, unless the service has left. Raises OSError when the mail server fails."""
    participation = Participation.objects.select_related("service").filter(
        operation=operation, service=service, operation__etat=EtatOperation.PREPARATION
    )
    invite = participation.first()
    phrase = OPERATIONS.gestes[GesteOperation.INVITER].previent["invite"]
    return invite is not None and envoyer_au_service(invite.service, _page(operation), phrase)


def annoncer_aux_participants(operation: OperationConjointe, geste: GesteOperation) -> None:
    """Queue a mail to each service of an operation that was moved or cancelled, the coordinator aside."""
    phrase = OPERATIONS.gestes[geste].previent["participant"]
    for service in _participants(operation):
        annoncer_au_service(service, _page(operation.pk), phrase)


def annoncer_la_sortie(service: int) -> None:
    """Queue the mail that tells a service that it takes part no more."""
    phrase = OPERATIONS.gestes[GesteOperation.SORTIR].previent["sorti"]
    annoncer_au_service(service, reverse("echanges:operations"), phrase)


def annoncer_la_cloture(operation: OperationConjointe, aujourd_hui: date) -> None:
    """Queue a mail to each service that visited targets and has not noted them, the coordinator aside."""
    phrase = OPERATIONS.gestes[GesteOperation.CLORE].previent["participant"]
    for service in _participants(operation):
        if any(v.a_noter for v in visites_des_cibles(operation, service, aujourd_hui).values()):
            annoncer_au_service(service, _page(operation.pk), phrase)


def annoncer_aux_coordinateurs(visite: int) -> int:
    """Queue one mail per operation that an announced visit crosses; return how many. Its coordinator is told of a visit
    and week once, however many moves, undos and runs of this job there are."""
    annoncee = VisiteAnnoncee.objects.filter(pk=visite).first()
    return sum(_dire_une_fois(operation, annoncee) for operation in operations_croisees(annoncee)) if annoncee else 0


def _dire_une_fois(operation: int, visite: VisiteAnnoncee) -> bool:
    semaine = lundi(visite.debut).isoformat()
    with ecriture():
        tenue = OperationConjointe.objects.select_for_update(no_key=True).get(pk=operation)
        neuve = tenue.visites_dites.get(str(visite.pk)) != semaine
        if neuve:
            tenue.changer(visites_dites=tenue.visites_dites | {str(visite.pk): semaine})
            app.configure_task(TACHE_COORDINATEUR).defer(operation=operation, visite=visite.pk)
    return neuve


def envoyer_au_coordinateur(operation: int, visite: int) -> bool:
    """Send the mail of a crossing, unless it is over. Raises OSError when the mail server fails."""
    annoncee = VisiteAnnoncee.objects.filter(pk=visite).first()
    if annoncee is None or operation not in operations_croisees(annoncee):
        return False
    menee = OperationConjointe.objects.select_related("coordinateur").get(pk=operation)
    return envoyer_au_service(menee.coordinateur, _page(operation), CROISEMENT)


def _participants(operation: OperationConjointe) -> list[int]:
    """Services of an operation, the coordinator aside."""
    autres = operation.participations.exclude(service=operation.coordinateur_id)
    return list(autres.values_list("service", flat=True))


def _page(operation: int) -> str:
    return reverse("echanges:operation", args=[operation])
