"""What agents follow, and the alerts: visible to each only, never counted."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar, Final

from django.db import models
from django.db.models import Q

from fce.droits.comptes.models import Compte
from fce.echanges.models.commun import Numerote
from fce.echanges.vocabulaire import Rythme
from fce.socle.base.conservation import Conservation

VALEUR_D_ALERTE_MAX: Final = 150


class Suivi(Numerote):
    """A company (SIREN), an establishment (SIRET), or a search or set of units that an agent follows.

    ``recherche``: parameters of its address, in stable order, or key of the set (``suivis.ensembles``); ``nom``: name
    given by its owner. ``index``: version of the index last searched; ``figee``: it cannot be run any more (too many
    results, a filter removed); its last results are kept.
    """

    conservation: ClassVar = Conservation("", timedelta(0), "suivi d’un agent, effacé avec son compte")

    compte = models.ForeignKey(Compte, on_delete=models.CASCADE, related_name="suivis")
    numero = models.CharField("SIREN ou SIRET", max_length=14, blank=True)
    recherche = models.CharField("recherche", max_length=2000, blank=True)
    nom = models.CharField("nom", max_length=120, blank=True)
    index = models.CharField("version de l’index", max_length=64, blank=True)
    figee = models.BooleanField("ne se relit plus", default=False)
    cree_le = models.DateTimeField("créé le", auto_now_add=True)

    class Meta:
        verbose_name = "suivi"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(numero="") ^ Q(recherche=""), name="suivi_d_une_chose"),
            models.UniqueConstraint(fields=["compte", "numero", "recherche"], name="suivi_une_fois"),
        ]


class UniteSuivie(Numerote):
    """A number followed: given, or found by a followed search."""

    conservation: ClassVar = Conservation("", timedelta(0), "numéro suivi, effacé avec le suivi")

    suivi = models.ForeignKey(Suivi, on_delete=models.CASCADE, related_name="unites")
    numero = models.CharField("SIREN ou SIRET", max_length=14)

    class Meta:
        verbose_name = "unité suivie"
        verbose_name_plural = "unités suivies"
        ordering = ["numero"]
        indexes = [models.Index(fields=["numero"], name="unite_suivie_numero")]
        constraints = [models.UniqueConstraint(fields=["suivi", "numero"], name="unite_suivie_une_fois")]

    def __str__(self) -> str:
        return self.numero


class AlerteSuivi(Numerote):
    """An event on a followed unit: what (``source`` and ``code``) and where.

    ``avant`` and ``apres``: old and new value of the fields that the declared news compares, shown under the right to
    read these fields. ``origine``: an import (« import-12 »), a contact, a visit or an index; the same origin twice
    makes one alert.
    ``lot``: number of the mail that counted it, None before.
    """

    conservation: ClassVar = Conservation("cree_le", timedelta(days=90), "alerte d’un suivi")

    suivi = models.ForeignKey(Suivi, on_delete=models.CASCADE, related_name="alertes")
    source = models.CharField("source", max_length=50)
    code = models.CharField("ce qui est arrivé", max_length=30)
    origine = models.CharField("origine", max_length=80)
    siren = models.CharField("SIREN", max_length=9)
    siret = models.CharField("SIRET", max_length=14, blank=True)
    jour = models.DateField("jour", null=True, blank=True)
    avant = models.CharField("ancienne valeur", max_length=VALEUR_D_ALERTE_MAX, blank=True, db_default="")
    apres = models.CharField("nouvelle valeur", max_length=VALEUR_D_ALERTE_MAX, blank=True, db_default="")
    cree_le = models.DateTimeField("créée le", auto_now_add=True)
    lue_le = models.DateTimeField("lue le", null=True, blank=True)
    lot = models.PositiveIntegerField("courriel", null=True, blank=True)

    class Meta:
        verbose_name = "alerte d’un suivi"
        verbose_name_plural = "alertes des suivis"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["origine"], name="alerte_origine"),
            models.Index(fields=["suivi"], condition=Q(lot=None), name="alerte_a_envoyer"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["suivi", "origine", "source", "code", "siren", "siret"], name="alerte_une_fois"
            )
        ]


class RythmeAlertes(Numerote):
    """How often an agent gets mails of alerts. ``empreinte``: SHA-256 of the unsubscribe secret; ``dernier_le``: last
    check for a mail; ``lots``: mails queued so far; ``partis``: last one sent."""

    conservation: ClassVar = Conservation("", timedelta(0), "rythme des courriels d’un agent, effacé avec son compte")

    compte = models.OneToOneField(Compte, on_delete=models.CASCADE, primary_key=True, related_name="rythme_alertes")
    rythme = models.CharField("rythme", max_length=14, choices=Rythme.choices, default=Rythme.CHAQUE_JOUR)
    empreinte = models.CharField("empreinte", max_length=64, unique=True)
    dernier_le = models.DateTimeField("dernier examen le")
    lots = models.PositiveIntegerField("courriels demandés", default=0)
    partis = models.PositiveIntegerField("dernier courriel parti", default=0)

    class Meta:
        verbose_name = "rythme des courriels"
        verbose_name_plural = "rythmes des courriels"
        ordering = ["compte"]
