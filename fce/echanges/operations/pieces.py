"""Attachments of an operation: deposited and withdrawn by the services that take part, read by them and, once removed,
by the one that deposited them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db.models import Q

from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.echanges.acces import consigner, services_lecteurs
from fce.echanges.erreurs import PieceRefusee
from fce.echanges.models import PieceJointe
from fce.echanges.operations.acces import verrouiller
from fce.echanges.operations.genre import OPERATION, OPERATIONS, GesteOperation
from fce.echanges.pieces.reception import Piece
from fce.echanges.pieces.services import ajouter_pieces, deposees
from fce.socle.base.ecriture import ecriture
from fce.socle.base.lignes import trouver_ligne
from fce.socle.erreurs import Introuvable


def joindre(lecteur: LecteurDeDonnees, numero: int, service: int, pieces: Sequence[Piece]) -> None:
    """Attach files in the name of a service that takes part.

    Raises Introuvable, GesteRefuse, GesteImpossible, PieceRefusee, DepotDePiecesIndisponible.
    """
    if not pieces:
        raise PieceRefusee("Choisissez un fichier à joindre.")
    with deposees(pieces) as gardees, ecriture():
        ouverte = verrouiller(lecteur, numero, GesteOperation.JOINDRE)
        ouverte.exiger_auteur(service)
        ajouter_pieces(gardees, operation=ouverte.operation, service=service, par=lecteur.acteur.identifiant)


def retirer_piece(lecteur: LecteurDeDonnees, numero: int, cle: uuid.UUID) -> None:
    """Withdraw an attachment of one's own service. Raises Introuvable, GesteRefuse, GesteImpossible."""
    with ecriture():
        ouverte = verrouiller(lecteur, numero, GesteOperation.RETIRER_PIECE)
        if not ouverte.operation.pieces.filter(pk=cle, service__in=ouverte.auteurs).delete()[0]:
            raise Introuvable("Votre service n’a pas joint cette pièce à l’opération.")


def lire_piece(lecteur: LecteurDeDonnees, cle: uuid.UUID) -> PieceJointe:
    """An attachment of an operation of the reader's services, or deposited by one of them; journalled before it is
    returned.

    Raises Introuvable, identical for a missing one and a forbidden one; JournalIndisponible, VolumeDepasse.
    """
    siens = services_lecteurs(lecteur, OPERATION)
    lisibles = Q(operation__participations__service__in=siens) | Q(service__in=siens)
    piece = trouver_ligne(PieceJointe.objects.filter(lisibles).exclude(operation=None), cle, OPERATIONS.inconnu)
    participants = piece.operation.participations.values_list("service", flat=True) if piece.operation else ()
    consigner(lecteur, OPERATION, siens & {*participants, piece.service_id}, "", 1)
    return piece
