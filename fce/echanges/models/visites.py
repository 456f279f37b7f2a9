"""Announced visits, and the answers of services when two cross."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar, Final

from django.db import models
from django.db.models import Q

from fce.comptes.models import Groupe
from fce.echanges.models.commun import NOTE_MAX, TRENTE_SIX_MOIS, EtapeEchange, LieuConcerne, Numerote
from fce.echanges.models.interactions import Interaction
from fce.echanges.models.operations import OperationConjointe
from fce.echanges.visites.genre import EtatVisite
from fce.echanges.vocabulaire import GenreInteraction, Precision, Reaction
from fce.socle.conservation import Conservation

_SOIXANTE_JOURS: Final = timedelta(days=60)


class VisiteAnnoncee(Numerote):
    """A visit that a service plans from ``debut`` to ``fin``: one day, or a week from Monday to Sunday.

    Other services see the week, the service and its mailbox (ADR 0036); ``objet`` and ``genre`` are for the service
    only. ``operation``: its joint operation; then hidden, unless the coordinator has opened it. ``close_le``: when it
    left the state « annoncée »; ``interaction``: the resulting contact.
    """

    conservation: ClassVar = Conservation("close_le", _SOIXANTE_JOURS, "visite annoncée, tenue, abandonnée ou expirée")

    service = models.ForeignKey(Groupe, on_delete=models.PROTECT, related_name="visites")
    corps = models.CharField("corps de contrôle", max_length=40, blank=True)
    siren = models.CharField("SIREN", max_length=9)
    genre = models.CharField("genre", max_length=20, choices=GenreInteraction.choices, default=GenreInteraction.VISITE)
    precision = models.CharField("précision", max_length=10, choices=Precision.choices, default=Precision.SEMAINE)
    debut = models.DateField("premier jour")
    fin = models.DateField("dernier jour")
    objet = models.TextField("objet, pour le service seul", max_length=NOTE_MAX, blank=True)
    etat = models.CharField("état", max_length=10, choices=EtatVisite.choices, default=EtatVisite.ANNONCEE)
    operation = models.ForeignKey(
        OperationConjointe, on_delete=models.CASCADE, null=True, blank=True, related_name="visites"
    )
    interaction = models.OneToOneField(
        Interaction, on_delete=models.SET_NULL, null=True, blank=True, related_name="visite"
    )
    auteur = models.CharField("auteur", max_length=40)
    cree_le = models.DateTimeField("annoncée le", auto_now_add=True)
    close_le = models.DateTimeField("close le", null=True, blank=True)
    version = models.PositiveIntegerField("version", default=1)

    class Meta:
        verbose_name = "visite annoncée"
        verbose_name_plural = "visites annoncées"
        ordering = ["debut", "id"]
        indexes = [
            models.Index(fields=["siren", "debut"], name="visite_siren"),
            models.Index(fields=["service", "debut"], name="visite_service"),
            models.Index(fields=["fin"], condition=Q(etat="annoncee"), name="visite_en_attente"),
        ]
        constraints = [models.CheckConstraint(condition=Q(debut__lte=models.F("fin")), name="visite_dans_l_ordre")]

    def etat_dit(self, aujourd_hui: date) -> str:
        """State as displayed: after its days, an announced visit waits for its service's report."""
        passee = self.etat == EtatVisite.ANNONCEE and self.fin < aujourd_hui
        return "passée, à dire" if passee else EtatVisite(self.etat).label


class LieuVisite(LieuConcerne):
    """An establishment of an announced visit."""

    conservation: ClassVar = Conservation("", _SOIXANTE_JOURS, "lieu d’une visite annoncée, effacé avec elle")

    visite = models.ForeignKey(VisiteAnnoncee, on_delete=models.CASCADE, related_name="lieux")

    class Meta:
        verbose_name = "lieu d’une visite annoncée"
        verbose_name_plural = "lieux de visites annoncées"
        ordering = ["siret"]
        indexes = [
            models.Index(fields=["siret"], name="lieu_visite_siret"),
            models.Index(fields=["cle_adresse"], condition=~Q(cle_adresse=""), name="lieu_visite_adresse"),
        ]
        constraints = [models.UniqueConstraint(fields=["visite", "siret"], name="lieu_de_visite_une_fois")]


class EvenementVisite(EtapeEchange):
    """A step of an announced visit. Never changed."""

    conservation: ClassVar = Conservation("", _SOIXANTE_JOURS, "étape d’une visite annoncée, effacée avec elle")

    visite = models.ForeignKey(VisiteAnnoncee, on_delete=models.CASCADE, related_name="evenements")

    class Meta(EtapeEchange.Meta):
        verbose_name = "étape d’une visite annoncée"
        verbose_name_plural = "étapes de visites annoncées"


class ReponseCroisement(Numerote):
    """Answer of a visit's service about another visit, or a contact, that crosses it. A later answer replaces it, and
    is told again only when different.

    Exactly one of ``autre`` and ``contact``.
    """

    conservation: ClassVar = Conservation("quand", TRENTE_SIX_MOIS, "réponse à un croisement de visites")

    visite = models.ForeignKey(VisiteAnnoncee, on_delete=models.CASCADE, related_name="reponses")
    autre = models.ForeignKey(
        VisiteAnnoncee, on_delete=models.CASCADE, null=True, blank=True, related_name="reponses_recues"
    )
    contact = models.ForeignKey(
        Interaction, on_delete=models.CASCADE, null=True, blank=True, related_name="reponses_recues"
    )
    choix = models.CharField("choix", max_length=20, choices=Reaction.choices)
    motif = models.TextField("motif", max_length=1000, blank=True)
    par = models.CharField("par", max_length=40)
    quand = models.DateTimeField("quand", auto_now=True)

    class Meta:
        verbose_name = "réponse à un croisement"
        verbose_name_plural = "réponses à des croisements"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["visite", "autre"], condition=Q(contact=None), name="reponse_a_une_visite"),
            models.UniqueConstraint(fields=["visite", "contact"], condition=Q(autre=None), name="reponse_a_un_contact"),
            models.CheckConstraint(condition=Q(autre=None) ^ Q(contact=None), name="reponse_a_l_un_ou_a_l_autre"),
        ]
