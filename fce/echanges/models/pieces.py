"""Files attached to what services write. Their bytes are stored elsewhere (``pieces.depot``)."""

from __future__ import annotations

import uuid
from functools import reduce
from operator import or_
from typing import ClassVar, Final

from django.db import models
from django.db.models import Q

from fce.droits.comptes.models import Groupe
from fce.echanges.models.commun import TRENTE_SIX_MOIS
from fce.echanges.models.demandes import Demande, MessageDemande
from fce.echanges.models.interactions import Interaction
from fce.echanges.models.operations import OperationConjointe
from fce.socle.base.conservation import Conservation
from fce.socle.base.modeles import Modele

PORTEURS: Final = ("interaction", "operation", "demande", "message")
"""What a file may be attached to: exactly one of them."""


def _seule(porteur: str) -> Q:
    return Q(**{f"{autre}__isnull": autre != porteur for autre in PORTEURS})


class PieceJointe(Modele):
    """A file attached to a contact, an operation, a question or one of its messages.

    ``cle``: its key in the storage; ``nom``: its displayed name.
    """

    conservation: ClassVar = Conservation("", TRENTE_SIX_MOIS, "pièce jointe, effacée avec ce qui la porte")

    cle = models.UUIDField("clé", primary_key=True, default=uuid.uuid4)
    interaction = models.ForeignKey(Interaction, on_delete=models.CASCADE, null=True, blank=True, related_name="pieces")
    operation = models.ForeignKey(
        OperationConjointe, on_delete=models.CASCADE, null=True, blank=True, related_name="pieces"
    )
    demande = models.ForeignKey(Demande, on_delete=models.CASCADE, null=True, blank=True, related_name="pieces")
    message = models.ForeignKey(MessageDemande, on_delete=models.CASCADE, null=True, blank=True, related_name="pieces")
    service = models.ForeignKey(Groupe, on_delete=models.PROTECT, related_name="+")
    nom = models.CharField("nom", max_length=200)
    type_reel = models.CharField("type", max_length=100)
    octets = models.PositiveIntegerField("taille")
    empreinte = models.CharField("SHA-256", max_length=64)
    par = models.CharField("par", max_length=40)
    quand = models.DateTimeField("jointe le", auto_now_add=True)

    class Meta:
        verbose_name = "pièce jointe"
        verbose_name_plural = "pièces jointes"
        ordering = ["quand", "cle"]
        constraints = [models.CheckConstraint(condition=reduce(or_, map(_seule, PORTEURS)), name="piece_d_une_chose")]
