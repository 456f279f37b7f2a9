"""What the engine remembers: each import, the rows it set aside, and which generation each source shows.

The facts have no table here: each import fills ``generations.<view>_<import id>``, and a stable view shows one.
"""

from datetime import timedelta
from typing import ClassVar

from django.db import models

from fce.imports.depots.models import Depot, JetonDepot
from fce.imports.directes.models import ReponseDirecte
from fce.imports.travaux.models import EchecTravail, Releve
from fce.socle.conservation import Conservation

__all__ = ["Depot", "EchecTravail", "Import", "JetonDepot", "Quarantaine", "Releve", "ReponseDirecte", "VersionEnPlace"]


class Import(models.Model):
    """One attempt to load a source, whatever its outcome: nothing is tried without a trace."""

    class Statut(models.TextChoices):
        EN_COURS = "en_cours", "en cours"
        EN_PLACE = "en_place", "en place"
        REMPLACE = "remplace", "remplacé"
        REFUSE = "refuse", "refusé"
        ECHOUE = "echoue", "échoué"
        INCHANGE = "inchange", "inchangé"
        ANNULE = "annule", "annulé par un retour en arrière"
        VERIFIE = "verifie", "vérifié à part, non publié"

    source = models.CharField("source", max_length=100)
    meneur = models.ForeignKey(
        "self",
        verbose_name="import du fichier entier",
        on_delete=models.CASCADE,
        related_name="versements",
        null=True,
        blank=True,
        help_text="Vide : fichier de la source elle-même. Sinon, celui d'une autre, qui l'alimente.",
    )
    statut = models.CharField("statut", max_length=10, choices=Statut, default=Statut.EN_COURS)
    debut = models.DateTimeField("début", auto_now_add=True)
    fin = models.DateTimeField("fin", null=True, blank=True)
    duree = models.FloatField("durée (s)", null=True, blank=True)
    fichiers = models.JSONField("fichiers", default=list, blank=True, help_text="[{nom, octets}]")
    empreinte = models.CharField("empreinte SHA-256", max_length=64, blank=True)
    date_metier = models.DateField("date métier", null=True, blank=True)
    par = models.CharField("lancé par", max_length=200, blank=True)
    forcer_motif = models.TextField("motif du passage en force", blank=True)
    lues = models.BigIntegerField("lignes lues", default=0)
    chargees = models.BigIntegerField("lignes chargées", default=0)
    ecartees = models.BigIntegerField("lignes écartées", default=0)
    dedoublonnees = models.BigIntegerField("lignes dédoublonnées", default=0)
    rejets = models.JSONField(
        "motifs d'écart", default=list, blank=True, help_text="[{motif, colonne, nombre, lignes}]"
    )
    avertissements = models.JSONField("avertissements", default=list, blank=True)
    motifs = models.JSONField("motifs du refus ou de l'échec", default=list, blank=True)
    table = models.CharField("table", max_length=63, blank=True, help_text="Vide : aucune génération conservée.")
    colonnes = models.JSONField("colonnes de la table", default=list, blank=True, help_text="[[nom, type SQL]]")
    total = models.BigIntegerField("lignes de la version", default=0, help_text="Celles reprises comprises.")
    parties = models.JSONField(
        "tables par période",
        default=list,
        blank=True,
        help_text="[{table, colonnes, lignes, periode, empreinte, octets, date, apport}] ; vide : une seule table.",
    )
    empreintes = models.JSONField(
        "fichiers intégrés", default=list, blank=True, help_text="SHA-256 de ceux que cette version réunit."
    )

    class Meta:
        verbose_name = "import"
        ordering = ["-id"]
        indexes = [models.Index(fields=["source", "-id"], name="import_source_recent")]

    def __str__(self) -> str:
        return f"{self.source} n° {self.pk} ({self.get_statut_display()})"


class Quarantaine(models.Model):
    """A row that the import set aside. Only the first ones are here; all are counted in ``Import.rejets``."""

    conservation: ClassVar = Conservation("importation__fin", timedelta(days=365), "valeurs écartées d’un import")

    importation = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="quarantaine")
    ligne = models.BigIntegerField("ligne du fichier")
    colonne = models.CharField("colonne", max_length=200, blank=True)
    valeur = models.CharField("valeur", max_length=200, blank=True)
    motif = models.CharField("motif", max_length=300)

    class Meta:
        verbose_name = "ligne en quarantaine"
        verbose_name_plural = "quarantaine"
        ordering = ["importation", "ligne", "id"]

    def __str__(self) -> str:
        return f"ligne {self.ligne} : {self.motif}"


class VersionEnPlace(models.Model):
    """The generation that a source's view shows, and the one that a rollback would show."""

    source = models.CharField("source", max_length=100, unique=True)
    en_place = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="+")
    precedent = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    depuis = models.DateTimeField("en place depuis", auto_now=True)

    class Meta:
        verbose_name = "version en place"
        verbose_name_plural = "versions en place"
        ordering = ["source"]

    def __str__(self) -> str:
        return f"{self.source} : import n° {self.en_place_id}"
