"""Lists and their lines. People are opaque identifiers. A list belongs to a service, or to its author alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from fce.droits.comptes.models import Compte, Groupe
from fce.echanges.models.commun import NOTE_MAX, Numerote
from fce.ensembles.fichiers.models import GARDE, FichierDemande
from fce.socle.base.conservation import Conservation

NOM_MAX: Final = 120
ETIQUETTE_MAX: Final = 30
NOTE_DE_LIGNE_MAX: Final = 500
NON_RECONNUE_MAX: Final = 120


class EtatLigne(models.TextChoices):
    A_VOIR = "a_voir", "à voir"
    VU = "vu", "vu"
    ECARTE = "ecarte", "écarté"


class Partage(models.TextChoices):
    """What another service may do with a list."""

    LECTURE = "lecture", "la lire"
    TRAVAIL = "travail", "la lire et la travailler"


class ListeDeTravail(Numerote):
    """Companies and establishments to work through. Exactly one of ``service`` and ``compte`` (personal list).

    ``lecteurs`` and ``travailleurs``: numbers of the other services that may read it, and change its lines.
    ``non_reconnues``: pasted lines that are no number, until somebody deletes them. ``lectures``: {number of an
    account: when it said that it had read the list}. ``auteur``: opaque identifier. ``expire_le``: when the purge
    deletes it, unless somebody keeps it before.
    """

    conservation: ClassVar = Conservation("expire_le", timedelta(0), "liste de travail que personne n’a gardée")

    service = models.ForeignKey(Groupe, on_delete=models.PROTECT, null=True, blank=True, related_name="listes")
    compte = models.ForeignKey(Compte, on_delete=models.CASCADE, null=True, blank=True, related_name="listes")
    nom = models.CharField("nom", max_length=NOM_MAX)
    note = models.TextField("note", max_length=NOTE_MAX, blank=True)
    etiquettes = ArrayField(
        models.CharField(max_length=ETIQUETTE_MAX), verbose_name="étiquettes", default=list, blank=True
    )
    lecteurs = ArrayField(models.BigIntegerField(), verbose_name="services qui la lisent", default=list, db_default=[])
    travailleurs = ArrayField(
        models.BigIntegerField(), verbose_name="services qui la travaillent", default=list, db_default=[]
    )
    non_reconnues = ArrayField(
        models.CharField(max_length=NON_RECONNUE_MAX), verbose_name="lignes non reconnues", default=list, db_default=[]
    )
    lectures = models.JSONField("dernières lectures, par compte", default=dict, db_default={})
    auteur = models.CharField("auteur", max_length=40)
    cree_le = models.DateTimeField("créée le", auto_now_add=True)
    expire_le = models.DateTimeField("s’efface le")
    version = models.PositiveIntegerField("version", default=1)

    class Meta:
        verbose_name = "liste"
        verbose_name_plural = "listes"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(service=None, compte__isnull=False) | Q(service__isnull=False, compte=None),
                name="liste_d_un_seul",
            )
        ]
        indexes = [models.Index(fields=["expire_le"], name="liste_expire")]

    @property
    def personnelle(self) -> bool:
        """Whether its author alone reads it."""
        return self.service_id is None

    @property
    def services(self) -> list[int]:
        """The services that may read it."""
        return [*filter(None, [self.service_id]), *self.lecteurs, *self.travailleurs]

    def finit_bientot(self, maintenant: datetime, preavis: timedelta) -> bool:
        """Whether the purge deletes it within ``preavis``."""
        return self.expire_le <= maintenant + preavis


class LigneDeListe(Numerote):
    """A company (SIREN) or an establishment (SIRET) of a list: state, note, who added it and when, who last changed
    it."""

    conservation: ClassVar = Conservation("", timedelta(0), "ligne d’une liste, effacée avec la liste")

    liste = models.ForeignKey(ListeDeTravail, on_delete=models.CASCADE, related_name="lignes")
    numero = models.CharField("SIREN ou SIRET", max_length=14)
    etat = models.CharField("état", max_length=8, choices=EtatLigne.choices, default=EtatLigne.A_VOIR)
    note = models.CharField("note", max_length=NOTE_DE_LIGNE_MAX, blank=True)
    par = models.CharField("ajoutée par", max_length=40)
    quand = models.DateTimeField("ajoutée le", auto_now_add=True)
    changee_par = models.CharField("changée par", max_length=40, blank=True)
    changee_le = models.DateTimeField("changée le", null=True, blank=True)
    version = models.PositiveIntegerField("version", default=1)

    class Meta:
        verbose_name = "ligne de liste"
        verbose_name_plural = "lignes de listes"
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["liste", "numero"], name="ligne_une_fois")]


class FichierDeListe(FichierDemande):
    """A file of a list."""

    conservation: ClassVar = GARDE

    liste = models.ForeignKey(ListeDeTravail, on_delete=models.SET_NULL, null=True, related_name="fichiers")

    class Meta:
        verbose_name = "fichier d’une liste"
        verbose_name_plural = "fichiers de listes"
        ordering = ["-id"]
