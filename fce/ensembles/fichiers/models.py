"""A file on demand; each room that gives some has a table of its own, named in its ``offres.py``."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.db import models

from fce.echanges.models.commun import Numerote
from fce.socle.base.conservation import Conservation

MOTIF_DE_FICHIER_MAX: Final = 500
CHOIX_MAX: Final = 2_000
GARDE: Final = Conservation(
    "cree_le", timedelta(days=366), "fichier demandé : par qui et pourquoi ; son contenu s’efface après un jour"
)


class FormatDeFichier(models.TextChoices):
    CSV = "csv", "CSV, pour tout tableur"
    XLSX = "xlsx", "Excel"


class FichierDemande(Numerote):
    """A file that the worker writes for the agent who asked for it.

    ``auteur``: opaque identifier. ``choix``: filter of what it is about, as in its address. ``finalite``, ``motif``:
    why the reserved columns are read, "" without any; ``habilitations``: references of those that opened them;
    ``consigne_le``: when their reading was journalled, so that a job done again counts no company twice.
    ``sirene``: generations of Sirene that it is made of (``donnees.imports.selectors.generations``).
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
