"""Private addresses of calendars."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.db import models

from fce.droits.comptes.models import Compte
from fce.echanges.models.commun import Numerote
from fce.socle.base.conservation import Conservation


class AdresseCalendrier(Numerote):
    """The address of a person's calendar of announced visits. Only the SHA-256 of its secret is stored."""

    conservation: ClassVar = Conservation("revoquee_le", timedelta(days=90), "adresse de calendrier révoquée")

    compte = models.ForeignKey(Compte, on_delete=models.CASCADE, related_name="calendriers")
    empreinte = models.CharField("empreinte", max_length=64, unique=True)
    creee_le = models.DateTimeField("créée le", auto_now_add=True)
    revoquee_le = models.DateTimeField("révoquée le", null=True, blank=True)

    class Meta:
        verbose_name = "adresse de calendrier"
        verbose_name_plural = "adresses de calendrier"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["compte"], condition=models.Q(revoquee_le=None), name="un_calendrier_en_cours"
            )
        ]
