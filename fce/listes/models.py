"""Lists and their lines. People are opaque identifiers. A list belongs to a service, or to its author alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from fce.comptes.models import Compte, Groupe
from fce.echanges.models.commun import NOTE_MAX, Numerote
from fce.socle.conservation import Conservation

NOM_MAX: Final = 120
ETIQUETTE_MAX: Final = 30
NOTE_DE_LIGNE_MAX: Final = 500
MOTIF_DE_FICHIER_MAX: Final = 500
CHOIX_MAX: Final = 2_000
MOTIF_D_UN_FICHIER: Final = "fichier demandé : par qui et pourquoi ; son contenu s’efface après un jour"


class EtatLigne(models.TextChoices):
    A_VOIR = "a_voir", "à voir"
    VU = "vu", "vu"
    ECARTE = "ecarte", "écarté"


class ListeDeTravail(Numerote):
    """Companies and establishments to work through. Exactly one of ``service`` and ``compte`` (personal list).

    ``auteur``: opaque identifier. ``expire_le``: when the purge deletes it, unless somebody keeps it before.
    """

    conservation: ClassVar = Conservation("expire_le", timedelta(0), "liste de travail que personne n’a gardée")

    service = models.ForeignKey(Groupe, on_delete=models.PROTECT, null=True, blank=True, related_name="listes")
    compte = models.ForeignKey(Compte, on_delete=models.CASCADE, null=True, blank=True, related_name="listes")
    nom = models.CharField("nom", max_length=NOM_MAX)
    note = models.TextField("note", max_length=NOTE_MAX, blank=True)
    etiquettes = ArrayField(
        models.CharField(max_length=ETIQUETTE_MAX), verbose_name="étiquettes", default=list, blank=True
    )
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


class FormatDeFichier(models.TextChoices):
    CSV = "csv", "CSV, pour tout tableur"
    XLSX = "xlsx", "Excel"


class FichierDemande(Numerote):
    """A file that the worker writes for the agent who asked for it.

    ``auteur``: opaque identifier. ``choix``: filter of what it is about, as in its address. ``finalite``, ``motif``:
    why the reserved columns are read, "" without any; ``habilitations``: references of those that opened them;
    ``consigne_le``: when their reading was journalled, so that a job done again counts no company twice.
    ``sirene``: generations of Sirene that it is made of (``imports.selectors.generations``).
    ``contenu``: erased after a day, and ``choix`` with it, while the row, which holds the reason, stays as long as the
    journal.
    ``requete``, ``adresse_ip``: those of the request, for the journal.
    """

    auteur = models.CharField("auteur", max_length=40)
    format = models.CharField("format", max_length=4, choices=FormatDeFichier.choices)
    choix = models.CharField("choix", max_length=CHOIX_MAX, blank=True)
    finalite = models.CharField("finalité", max_length=60, blank=True)
    motif = models.CharField("motif", max_length=MOTIF_DE_FICHIER_MAX, blank=True)
    habilitations = ArrayField(models.CharField(max_length=60), verbose_name="habilitations", default=list, blank=True)
    requete = models.CharField("demande", max_length=64, blank=True)
    adresse_ip = models.CharField("adresse IP", max_length=45, blank=True)
    total = models.PositiveIntegerField("à faire")
    faites = models.PositiveIntegerField("faites", default=0)
    erreur = models.CharField("erreur", max_length=500, blank=True)
    cree_le = models.DateTimeField("demandé le", auto_now_add=True)
    consigne_le = models.DateTimeField("consigné le", null=True, blank=True)
    fini_le = models.DateTimeField("fini le", null=True, blank=True)
    sirene = models.JSONField("version de Sirene", null=True, blank=True)
    contenu = models.BinaryField("contenu", null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def en_cours(self) -> bool:
        return self.fini_le is None

    @property
    def lignes(self) -> int:
        """Lines asked for: with reserved columns, ``total`` counts their companies too."""
        return self.total // 2 if self.motif else self.total


class FichierDeListe(FichierDemande):
    """A file of a list."""

    conservation: ClassVar = Conservation("cree_le", timedelta(days=366), MOTIF_D_UN_FICHIER)

    liste = models.ForeignKey(ListeDeTravail, on_delete=models.SET_NULL, null=True, related_name="fichiers")

    class Meta:
        verbose_name = "fichier d’une liste"
        verbose_name_plural = "fichiers de listes"
        ordering = ["-id"]
