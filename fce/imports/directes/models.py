"""Answers kept for a while: see ``cache``."""

from datetime import timedelta
from typing import ClassVar

from django.db import models

from fce.socle.conservation import Conservation


class ReponseDirecte(models.Model):
    """An answer of a live source, for one administration and one purpose, until it expires.

    ``cle``: SHA-256 of endpoint, number, recipient and purpose; what was asked about is nowhere in clear.
    """

    conservation: ClassVar = Conservation("expire_le", timedelta(0), "réponse d’une source directe")

    cle = models.CharField("empreinte de la demande", max_length=64, primary_key=True)
    source = models.CharField("source", max_length=100)
    lignes = models.JSONField("lignes")
    obtenue_le = models.DateTimeField("obtenue le")
    expire_le = models.DateTimeField("expire le", db_index=True)

    class Meta:
        app_label = "sources"
        verbose_name = "réponse directe"
        verbose_name_plural = "réponses directes"
        ordering = ["-obtenue_le"]

    def __str__(self) -> str:
        return f"{self.source}, obtenue le {self.obtenue_le:%d/%m/%Y}"
