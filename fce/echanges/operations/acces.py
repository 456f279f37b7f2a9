"""Access to a joint operation: agents of the services that take part. A service that was removed keeps what it wrote
(``selectors.operation_quittee``); nobody else reads anything."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Final, NamedTuple

from fce.droits.habilitations.erreurs import GesteRefuse
from fce.droits.habilitations.finalites import Droit
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.echanges.acces import services_auteurs, services_lecteurs, services_pourvus
from fce.echanges.genre import exiger_version
from fce.echanges.models import ConstatOperation, NoteOperation, OperationConjointe, PieceJointe
from fce.echanges.operations.genre import OPERATION, OPERATIONS, GesteOperation
from fce.socle.erreurs import Introuvable

CIBLE_INCONNUE: Final = "Cette opération n’a pas de cible à cette adresse."


class OperationOuverte(NamedTuple):
    """An operation with the services in whose name it is read (``lecteurs``, those that left it and wrote in it
    included) and written (``auteurs``), on ``jour``."""

    operation: OperationConjointe
    lecteurs: frozenset[int]
    auteurs: frozenset[int]
    jour: date

    @property
    def coordonnee(self) -> bool:
        """Whether it is written in the name of the leading service."""
        return self.operation.coordinateur_id in self.auteurs

    @property
    def orpheline(self) -> bool:
        """Whether nobody of its leading service can act any more. One round trip."""
        meneurs = services_pourvus(self.jour, Droit.CONSULTER, Droit.MESSAGE)
        return not meneurs.filter(pk=self.operation.coordinateur_id).exists()

    def exiger(self, geste: GesteOperation, version: int | None = None) -> None:
        """Raise GesteRefuse unless the reader may do an action, GesteImpossible unless the state allows it, Concurrence
        when the operation is no longer the ``version`` read (None: nothing is overwritten)."""
        roles = OPERATIONS.gestes[geste].de
        if not (self.coordonnee or "participant" in roles or ("restant" in roles and self.orpheline)):
            raise GesteRefuse("Seul le service coordinateur de l’opération peut le faire.")
        OPERATIONS.suivant(self.operation.etat, geste)
        if version is not None:
            exiger_version(version, self.operation.version, "modifié l’opération")

    def exiger_ecriture(self, lecteur: LecteurDeDonnees, geste: GesteOperation, version: int | None = None) -> None:
        """Raise GesteRefuse when the reader writes for none of its services, then as ``exiger``."""
        if not self.auteurs:
            lecteur.exiger(OPERATION, action=Droit.MESSAGE)
            raise GesteRefuse("Votre habilitation ne permet que de lire cette opération.")
        self.exiger(geste, version)

    def exiger_auteur(self, service: int) -> None:
        """Raise GesteRefuse unless it is written in the name of this service."""
        if service not in self.auteurs:
            raise GesteRefuse("Vous n’écrivez qu’au nom d’un de vos services qui participe à l’opération.")


def trouver(lecteur: LecteurDeDonnees, numero: int) -> OperationOuverte:
    """An operation that the reader may see. Raises Introuvable."""
    siennes = OperationConjointe.objects.select_related("coordinateur__organisation").filter(
        pk=numero, participations__service__in=services_lecteurs(lecteur, OPERATION)
    )
    return _ouvrir(lecteur, next(iter(siennes[:1]), None))


def verrouiller(
    lecteur: LecteurDeDonnees, numero: int, geste: GesteOperation, version: int | None = None
) -> OperationOuverte:
    """Lock an operation until the end of the transaction, with all that depends on it, then read its participants.
    Raises Introuvable, and as ``exiger``."""
    ouverte = trouver(lecteur, numero)
    tenue = OperationConjointe.objects.select_for_update().filter(pk=ouverte.operation.pk).first()
    reprise = _ouvrir(lecteur, tenue)
    reprise.exiger_ecriture(lecteur, geste, version)
    return reprise


def _ouvrir(lecteur: LecteurDeDonnees, operation: OperationConjointe | None) -> OperationOuverte:
    siens = services_lecteurs(lecteur, OPERATION)
    participants = frozenset(operation.participations.values_list("service", flat=True)) if operation else frozenset()
    if operation is None or not participants & siens:
        raise Introuvable(OPERATIONS.inconnu)
    lecteurs = (participants & siens) | services_qui_ont_ecrit(operation.pk, siens - participants)
    auteurs = participants & services_auteurs(lecteur, OPERATION)
    return OperationOuverte(operation, lecteurs, auteurs, lecteur.aujourd_hui)


def services_qui_ont_ecrit(operation: int, services: Collection[int]) -> frozenset[int]:
    """Those of these services that wrote notes, findings or attachments in an operation: once removed from it, they
    still read them."""
    ecrits = (
        NoteOperation.objects.filter(operation=operation),
        ConstatOperation.objects.filter(cible__operation=operation),
        PieceJointe.objects.filter(operation=operation),
    )
    trouves = (chose.filter(service__in=services).values_list("service", flat=True) for chose in ecrits)
    return frozenset(service for numeros in trouves for service in numeros) if services else frozenset()
