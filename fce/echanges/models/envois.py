"""Sheets sent by an agent to another."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import ClassVar, Final

from django.db import models

from fce.droits.comptes.models import Compte
from fce.socle.base.conservation import Conservation
from fce.socle.base.modeles import Modele

MOT_MAX: Final = 300


class FicheEnvoyee(Modele):
    """A sheet that ``de`` sent to ``a``, and why. Only ``a`` reads it; ``cle`` is the whole of its address."""

    conservation: ClassVar = Conservation("quand", timedelta(days=30), "fiche envoyée à un collègue")

    cle = models.UUIDField("clé", primary_key=True, default=uuid.uuid4)
    de = models.ForeignKey(Compte, on_delete=models.CASCADE, related_name="fiches_envoyees")
    a = models.ForeignKey(Compte, on_delete=models.CASCADE, related_name="fiches_recues")
    numero = models.CharField("SIREN ou SIRET", max_length=14)
    mot = models.CharField("pourquoi", max_length=MOT_MAX)
    quand = models.DateTimeField("quand", auto_now_add=True)

    class Meta:
        verbose_name = "fiche envoyée"
        verbose_name_plural = "fiches envoyées"
        ordering = ["quand", "cle"]
