"""Results of the last national count: a number for each rule, and the units, where all its registers are open."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.db import models

from fce.socle.base.conservation import Conservation
from fce.socle.base.modeles import Modele


class CompteDeContradictions(Modele):
    """Number of units in contradiction with a rule on a day; ``duree_ms``: time the query took."""

    regle = models.CharField("règle", max_length=60, unique=True)
    nombre = models.PositiveIntegerField("unités")
    compte_le = models.DateField("compté le")
    duree_ms = models.PositiveIntegerField("durée du comptage (ms)")

    class Meta:
        verbose_name = "compte de contradictions"
        verbose_name_plural = "comptes de contradictions"
        ordering = ["regle"]


class ContradictionRelevee(Modele):
    """A unit of the last count, by number alone; ``siret``: "" for a company. ``departement``: that of the
    establishment, or of the company's siège; "" when unknown or masked. Those of a rule with a restricted register are
    restricted: ``service.portail.contradictions.reservees`` alone lists them."""

    conservation: ClassVar = Conservation(
        "", timedelta(0), "unité relevée par le dernier comptage, remplacée par le suivant"
    )

    regle = models.CharField("règle", max_length=60)
    siren = models.CharField("SIREN", max_length=9)
    siret = models.CharField("SIRET", max_length=14, blank=True)
    departement = models.CharField("département", max_length=3, blank=True, db_default="")

    class Meta:
        verbose_name = "contradiction relevée"
        verbose_name_plural = "contradictions relevées"
        ordering = ["siren", "siret"]
        indexes = [
            models.Index(fields=["regle", "siren", "siret"], name="contradiction_regle"),
            models.Index(fields=["departement", "siren", "siret"], name="contradiction_departement"),
        ]
