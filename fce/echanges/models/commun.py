"""Shared models of the exchanges."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar, Final

from django.db import models

from fce.socle.base.modeles import Modele
from fce.socle.web.references import marque, reference

TRENTE_SIX_MOIS: Final = timedelta(days=3 * 365)
NOTE_MAX: Final = 10_000


class Numerote(Modele):
    """A row named by its kind and reference; its number, which counts the rows of all services, stays inside."""

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.marque}"

    @property
    def reference(self) -> str:
        """Its name in an address or a form."""
        return reference(type(self), self.pk)

    @property
    def marque(self) -> str:
        """What people say of it."""
        return marque(self.reference)


class LieuConcerne(Modele):
    """An establishment concerned. ``cle_adresse``: see ``adresses.cle``; "" when the address is unknown or masked, and
    then never compared."""

    siret = models.CharField("SIRET", max_length=14)
    cle_adresse = models.CharField("adresse, pliée", max_length=64, blank=True, db_collation="C")

    class Meta:
        abstract = True


class EtapeEchange(Modele):
    """A step of an exchange (``genre.noter``): action, author, changes. Never changed."""

    quand = models.DateTimeField("quand", auto_now_add=True)
    par = models.CharField("par", max_length=40)
    geste = models.CharField("geste", max_length=20)
    avant = models.JSONField("avant", default=dict)
    apres = models.JSONField("après", default=dict)

    class Meta:
        abstract = True
        ordering: ClassVar = ["id"]
