"""What tables of the exchanges have in common."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import models

TRENTE_SIX_MOIS: Final = timedelta(days=3 * 365)
NOTE_MAX: Final = 10_000


class LieuConcerne(models.Model):
    """An establishment that something is about. ``cle_adresse``: see ``adresses.cle``; "" when its address is unknown,
    or masked, and then meets no other."""

    siret = models.CharField("SIRET", max_length=14)
    cle_adresse = models.CharField("adresse, pliée", max_length=64, blank=True, db_collation="C")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.siret
