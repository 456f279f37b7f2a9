"""The prepared table of establishments: what a territory sorts and filters by, one row each (ADR 0064). The files that
agents ask of a territory.

The table holds restricted facts beside open ones: only ``lecture`` selects from it, with the rights of the reader in
the statement.
"""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q

from fce.ensembles.fichiers.models import GARDE, FichierDemande
from fce.socle.base.conservation import Conservation
from fce.socle.base.modeles import Modele


class _Lieu(Modele):
    """An establishment that may be listed, with its facts on the day of ``Preparation``; null: none known.

    ``section``: of its NAF, as ``referentiels.activites`` writes it; ``rang``: of its head-count band; ``unite``: code
    of the competent control unit; ``contacts``: {source: last day}, of files only; ``exceptionnel``: an exception may
    name it or its company, whoever reads (``preparation``).
    """

    siret = models.CharField("SIRET", max_length=14, primary_key=True)
    siren = models.CharField("SIREN", max_length=9)
    departement = models.CharField("département", max_length=3)
    commune = models.CharField("code commune", max_length=5)
    unite = models.CharField("unité de contrôle", max_length=30, blank=True)
    section = models.CharField("section de la NAF", max_length=6, blank=True)
    naf = models.CharField("activité", max_length=6, blank=True)
    naf25 = models.CharField("activité, NAF 2025", max_length=6, blank=True)
    tranche = models.CharField("tranche d’effectif", max_length=2, blank=True)
    rang = models.SmallIntegerField("rang de la tranche")
    juridique = models.CharField("forme juridique", max_length=4, blank=True)
    taille = models.CharField("catégorie d’entreprise", max_length=3, blank=True)
    siege = models.BooleanField("siège", null=True)
    employeur = models.BooleanField("employeur", null=True)
    creation = models.DateField("création", null=True)
    effectif = models.IntegerField("effectif du dernier mois", null=True)
    effectif_avant = models.IntegerField("effectif du même mois un an avant", null=True)
    heures = models.DecimalField("heures d’activité partielle", max_digits=16, decimal_places=2, null=True)
    decision = models.DateField("dernière décision d’activité partielle", null=True)
    pse = models.DateField("dernier PSE qui touche l’établissement", null=True)
    mortels = models.IntegerField("accidents mortels", null=True)
    accidents = models.IntegerField("accidents du travail", null=True)
    contacts = models.JSONField("dernier contact de chaque fichier", null=True)
    # True until the next preparation for the rows of a former version, which does not know the column.
    exceptionnel = models.BooleanField("qu’une exception peut nommer", db_default=True)

    class Meta:
        abstract = True


class LieuPrepare(_Lieu):
    """An open establishment."""

    conservation: ClassVar = Conservation(
        "", timedelta(0), "établissement préparé pour les territoires, refait à chaque version d’un fichier"
    )

    class Meta:
        verbose_name = "établissement préparé"
        verbose_name_plural = "établissements préparés"
        ordering = ["siret"]
        indexes = [
            models.Index("departement", models.F("rang").desc(), "siret", name="territoire_departement"),
            models.Index("commune", models.F("rang").desc(), "siret", name="territoire_commune"),
            models.Index("unite", models.F("rang").desc(), "siret", name="territoire_unite", condition=~Q(unite="")),
            models.Index(fields=["departement"], name="territoire_exceptionnel", condition=Q(exceptionnel=True)),
        ]


class LieuFerme(_Lieu):
    """An establishment closed for twelve months at most."""

    conservation: ClassVar = Conservation(
        "", timedelta(0), "établissement fermé depuis peu, refait à chaque version d’un fichier"
    )

    class Meta:
        verbose_name = "établissement fermé depuis peu"
        verbose_name_plural = "établissements fermés depuis peu"
        ordering = ["siret"]
        indexes = [
            models.Index("departement", name="ferme_departement"),
            models.Index("commune", name="ferme_commune"),
            models.Index("unite", name="ferme_unite", condition=~Q(unite="")),
        ]


class AlarmePreparee(Modele):
    """An alarm of an open establishment, or of its company (``siret`` empty), as its sheet says it.

    ``nom``: of the alarm; ``mois``: ``jour`` is the first of a month; ``periode``: when there is no day.
    """

    conservation: ClassVar = Conservation(
        "", timedelta(0), "alarme préparée pour les territoires, refaite à chaque version d’un fichier"
    )

    cle = models.CharField("clé", max_length=80, primary_key=True)
    nom = models.CharField("alarme", max_length=45)
    siren = models.CharField("SIREN", max_length=9)
    siret = models.CharField("SIRET", max_length=14, blank=True)
    phrase = models.TextField("phrase")
    jour = models.DateField("jour", null=True)
    mois = models.BooleanField("datée au mois")
    periode = models.CharField("période", max_length=80, blank=True)
    grave = models.BooleanField("grave")

    class Meta:
        verbose_name = "alarme préparée"
        verbose_name_plural = "alarmes préparées"
        ordering = ["cle"]
        indexes = [
            models.Index("siren", name="alarme_siren"),
            models.Index("siret", name="alarme_siret", condition=~Q(siret="")),
        ]


class CaseDeGrille(Modele):
    """A figure of a département and a section of the NAF ("" for all) for a month, rounded; null when statistical
    secrecy withholds it."""

    mois = models.DateField("mois")
    departement = models.CharField("département", max_length=3)
    section = models.CharField("section de la NAF", max_length=6, blank=True)
    mesure = models.CharField("mesure", max_length=20)
    valeur = models.BigIntegerField("valeur", null=True)

    class Meta:
        verbose_name = "case de la grille"
        verbose_name_plural = "cases de la grille"
        ordering = ["departement", "mesure", "section"]
        constraints = [
            models.UniqueConstraint(fields=["mois", "departement", "mesure", "section"], name="case_une_fois")
        ]


class Preparation(Modele):
    """When the table was last prepared, and from which imports ({source: number}). ``mois``: that of the head-counts.
    One row at most."""

    jour = models.DateField("jour")
    prete_le = models.DateTimeField("prête le")
    imports = models.JSONField("imports lus")
    mois = models.DateField("mois des effectifs", null=True)
    lieux = models.PositiveIntegerField("établissements")
    duree_ms = models.PositiveIntegerField("durée (ms)")

    class Meta:
        verbose_name = "préparation des territoires"
        verbose_name_plural = "préparations des territoires"
        ordering = ["-id"]


class FichierDeTerritoire(FichierDemande):
    """A file of a territory, named as in its address: ``lieux.trouver``."""

    conservation: ClassVar = GARDE

    genre = models.CharField("genre de territoire", max_length=20)
    code = models.CharField("code du territoire", max_length=30)

    class Meta:
        verbose_name = "fichier d’un territoire"
        verbose_name_plural = "fichiers de territoires"
        ordering = ["-id"]
