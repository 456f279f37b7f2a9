"""Switches of open sources, and the companies that each one changed: numbers and names of fields, never a value.

A reader of the feed is given the values in place when it reads: masking a person leaves nothing here to redact but the
names of fields, which go with the event that masks.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models

from fce.socle.base.conservation import Conservation
from fce.socle.base.ecriture import ecriture
from fce.socle.base.modeles import Modele


class BasculeSuivie(Modele):
    """A switch of an open source. ``depuis`` and ``vers``: numbers of the imports, None for none."""

    class Etat(models.TextChoices):
        """« rompue »: what the switch changed is not known company by company, or not any more; readers take the bulk
        file again."""

        A_CALCULER = "a_calculer", "à calculer"
        CALCULEE = "calculee", "calculée"
        ROMPUE = "rompue", "rompue"

    bascule = models.BigIntegerField("numéro de la bascule")
    source = models.CharField("source", max_length=100, blank=True, help_text="Vide : base restaurée.")
    depuis = models.BigIntegerField("import remplacé", null=True, blank=True)
    vers = models.BigIntegerField("import mis en place", null=True, blank=True)
    quand = models.DateTimeField("basculée le")
    etat = models.CharField("état", max_length=10, choices=Etat, default=Etat.A_CALCULER)
    duree_ms = models.PositiveIntegerField("durée du calcul (ms)", null=True, blank=True)

    class Meta:
        verbose_name = "bascule suivie"
        verbose_name_plural = "bascules suivies"
        ordering = ["bascule", "source"]
        constraints = [models.UniqueConstraint(fields=["bascule", "source"], name="bascule_et_source")]


class ChangementDEntreprise(Modele):
    """What a switch changed for a company.

    ``champs``: {source: names of the fields that changed}. ``complet``: all that a reader holds of the company is to be
    replaced, whatever the source.
    """

    class Genre(models.TextChoices):
        """The first that applies; « retirée »: no longer in Sirene; « diffusée »: masked before, open again."""

        RETIREE = "retiree", "retirée"
        MASQUEE = "masquee", "masquée"
        DIFFUSEE = "diffusee", "diffusée"
        CREEE = "creee", "créée"
        FERMEE = "fermee", "fermée"
        ROUVERTE = "rouverte", "rouverte"
        MODIFIEE = "modifiee", "modifiée"

    conservation: ClassVar = Conservation(
        "quand", timedelta(days=settings.FCE_CHANGEMENTS_JOURS), "changement d’une entreprise : champs, sans valeur"
    )

    bascule = models.BigIntegerField("numéro de la bascule")
    siren = models.CharField("SIREN", max_length=9, db_collation="C")
    genre = models.CharField("genre", max_length=8, choices=Genre)
    complet = models.BooleanField("tout est à remplacer")
    champs = models.JSONField("champs changés, par source")
    quand = models.DateTimeField("basculé le", db_index=True)

    class Meta:
        verbose_name = "changement"
        ordering = ["bascule", "siren"]
        constraints = [models.UniqueConstraint(fields=["bascule", "siren"], name="changement_bascule_siren")]
        indexes = [models.Index(fields=["siren", "bascule"], name="changement_siren")]

    @classmethod
    def avant_purge(cls, limite: datetime) -> None:
        """Keep in the database up to where the feed is purged, whatever the setting says later."""
        with ecriture():
            passees = BasculeSuivie.objects.filter(quand__lt=limite)
            passees.exclude(etat=BasculeSuivie.Etat.ROMPUE).update(etat=BasculeSuivie.Etat.ROMPUE)
