"""What is kept of the tokens (never their secret) and of the deposits, whatever becomes of them."""

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q

from fce.socle.conservation import Conservation

from .etats import Etat


class JetonDepot(models.Model):
    """The right of a producer to deposit its sources, until a day. The secret is shown once, its SHA-256 is kept."""

    # A year after the last of its deposits, which name it.
    conservation: ClassVar = Conservation("expire", timedelta(days=4 * 365), "jeton de dépôt expiré")

    producteur = models.CharField("producteur", max_length=50, help_text="Code du producteur dans le catalogue.")
    sources = models.JSONField("sources", default=list, blank=True, help_text="Noms ; vide : toutes les siennes.")
    libelle = models.CharField("libellé", max_length=200, blank=True)
    prefixe = models.CharField("début du jeton", max_length=20)
    empreinte = models.CharField("empreinte SHA-256 du jeton", max_length=64, unique=True)
    cree = models.DateTimeField("créé le", auto_now_add=True)
    par = models.CharField("créé par", max_length=200, blank=True)
    expire = models.DateTimeField("expire le")
    revoque = models.DateTimeField("révoqué le", null=True, blank=True)
    dernier_usage = models.DateTimeField("dernier usage", null=True, blank=True)

    class Meta:
        verbose_name = "jeton de dépôt"
        verbose_name_plural = "jetons de dépôt"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"jeton n° {self.pk} ({self.producteur})"


class Depot(models.Model):
    """A file sent by a producer. Its bytes are in the folder named ``dossier``, its rows in ``importation``.

    Sent with a token (``jeton``) or by an account (``par``, its opaque identifier): one of them, never both.
    """

    conservation: ClassVar = Conservation("clos", timedelta(days=3 * 365), "dépôt clos : qui l’a envoyé, quand")

    source = models.CharField("source", max_length=100)
    producteur = models.CharField("producteur", max_length=50)
    jeton = models.ForeignKey(JetonDepot, on_delete=models.PROTECT, related_name="depots", null=True, blank=True)
    par = models.CharField("compte qui l’a envoyé", max_length=40, blank=True)
    etat = models.CharField("état", max_length=16, choices=Etat.choices, default=Etat.RECU)
    dossier = models.UUIDField("dossier", unique=True)
    fichier = models.CharField("nom du fichier", max_length=150)
    octets = models.BigIntegerField("taille en octets")
    empreinte = models.CharField("empreinte SHA-256", max_length=64)
    date_metier = models.DateField("date métier demandée", null=True, blank=True)
    recu = models.DateTimeField("reçu le", auto_now_add=True)
    verifie = models.DateTimeField("vérifié le", null=True, blank=True)
    clos = models.DateTimeField("publié ou abandonné le", null=True, blank=True)
    tentatives = models.PositiveIntegerField("vérifications de suite", default=0)
    comparee = models.ForeignKey(
        "sources.Import",
        verbose_name="version en place lors de la vérification",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    importation = models.ForeignKey(
        "sources.Import",
        verbose_name="import préparé, puis publié",
        on_delete=models.PROTECT,
        related_name="depots",
        null=True,
        blank=True,
    )
    rapport = models.JSONField("rapport de validation", default=dict, blank=True)
    forcable = models.BooleanField("peut être publié malgré son refus", default=False)
    forcer_motif = models.TextField("motif du passage en force", blank=True)

    class Meta:
        verbose_name = "dépôt"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["source", "-id"], name="depot_source_recent"),
            models.Index(fields=["producteur", "-id"], name="depot_producteur_recent"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(etat__in=Etat.values), name="depot_etat_connu"),
            models.CheckConstraint(
                condition=Q(jeton__isnull=False, par="") | (Q(jeton__isnull=True) & ~Q(par="")),
                name="depot_un_envoyeur",
            ),
        ]

    def __str__(self) -> str:
        return f"dépôt n° {self.pk} de {self.source} ({self.get_etat_display()})"
