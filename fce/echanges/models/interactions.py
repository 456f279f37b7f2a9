"""Contacts of services with companies, and their former versions."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from fce.droits.comptes.models import Groupe
from fce.echanges.models.commun import NOTE_MAX, TRENTE_SIX_MOIS, LieuConcerne, Numerote
from fce.echanges.vocabulaire import GenreInteraction, Theme
from fce.socle.base.conservation import Conservation


class Interaction(Numerote):
    """A contact of a service with a company.

    Level 1: service, day, kind, establishments, and themes when ``themes_partages``. Level 2, the rest: only for the
    service and those of ``partages``. ``corps``: code of the service's inspection body that day ("dgt"…), "" for none;
    contacts with the same body, SIRET and day are one. ``version``: incremented by each change, from 1. ``cle_import``:
    key of the imported line, "" when typed. ``auteur``: opaque.
    """

    conservation: ClassVar = Conservation("jour", TRENTE_SIX_MOIS, "contact d’un service avec une entreprise")

    service = models.ForeignKey(Groupe, on_delete=models.PROTECT, related_name="interactions")
    corps = models.CharField("corps de contrôle", max_length=40, blank=True)
    siren = models.CharField("SIREN", max_length=9)
    genre = models.CharField("genre", max_length=20, choices=GenreInteraction.choices)
    jour = models.DateField("jour")
    themes = ArrayField(
        models.CharField(max_length=30, choices=Theme.choices), verbose_name="thèmes", default=list, blank=True
    )
    themes_partages = models.BooleanField("thèmes dits aux autres services", default=False)
    suite = models.CharField("suite prévue", max_length=300, blank=True)
    suite_le = models.DateField("suite prévue le", null=True, blank=True)
    note = models.TextField("note", max_length=NOTE_MAX, blank=True)
    partages = models.ManyToManyField(
        Groupe, related_name="+", blank=True, verbose_name="services qui lisent le contenu"
    )
    auteur = models.CharField("auteur", max_length=40)
    cle_import = models.CharField("ligne importée", max_length=64, blank=True)
    cree_le = models.DateTimeField("écrite le", auto_now_add=True)
    modifiee_le = models.DateTimeField("modifiée le", auto_now=True)
    retiree_le = models.DateTimeField("retirée le", null=True, blank=True)
    version = models.PositiveIntegerField("version", default=1)

    class Meta:
        verbose_name = "interaction"
        ordering = ["-jour", "-id"]
        indexes = [
            models.Index(fields=["siren", "-jour"], name="interaction_siren"),
            models.Index(fields=["service", "-jour"], name="interaction_service"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["service", "cle_import"],
                condition=~models.Q(cle_import=""),
                name="interaction_importee_une_fois",
            )
        ]


class LieuInteraction(LieuConcerne):
    """An establishment of a contact."""

    conservation: ClassVar = Conservation("", TRENTE_SIX_MOIS, "lieu d’un contact, effacé avec lui")

    interaction = models.ForeignKey(Interaction, on_delete=models.CASCADE, related_name="lieux")

    class Meta:
        verbose_name = "lieu d’une interaction"
        verbose_name_plural = "lieux d’interactions"
        ordering = ["siret"]
        indexes = [
            models.Index(fields=["siret"], name="lieu_interaction_siret"),
            models.Index(fields=["cle_adresse"], condition=~models.Q(cle_adresse=""), name="lieu_interaction_adresse"),
        ]
        constraints = [models.UniqueConstraint(fields=["interaction", "siret"], name="lieu_d_interaction_une_fois")]


class VersionInteraction(Numerote):
    """A contact before a change, with the author and time of the change. Never changed."""

    conservation: ClassVar = Conservation("", TRENTE_SIX_MOIS, "ancienne version d’un contact, effacée avec lui")

    interaction = models.ForeignKey(Interaction, on_delete=models.CASCADE, related_name="versions")
    numero = models.PositiveIntegerField("version")
    contenu = models.JSONField("contenu")
    par = models.CharField("modifiée par", max_length=40)
    quand = models.DateTimeField("modifiée le", auto_now_add=True)

    class Meta:
        verbose_name = "version d’une interaction"
        verbose_name_plural = "versions d’interactions"
        ordering = ["-numero"]
        constraints = [models.UniqueConstraint(fields=["interaction", "numero"], name="version_une_fois")]
