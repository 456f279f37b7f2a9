"""Joint operations (CODAF): services, targets, one day. No judicial content."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Final

from django.db import models
from django.db.models import Q

from fce.droits.comptes.models import Groupe
from fce.echanges.models.commun import NOTE_MAX, TRENTE_SIX_MOIS, Numerote
from fce.echanges.operations.genre import LAISSEE, PREAVIS, EtatOperation
from fce.socle.base.conservation import Conservation
from fce.socle.texte.formats import PARIS

_DEMI_JOURNEE: Final = timedelta(hours=3)


class OperationConjointe(Numerote):
    """An operation of several services on some targets. Hidden from all but its members.

    ``coordinateur``: the leading service. ``ouverte_aux_croisements``: a visit that crosses a target is told to the
    coordinator, and to nobody else. ``premier_jour``: from this day on, findings are written and no target is removed;
    follows ``jour`` until it has come. ``bilan``: closing report. ``visites_dites``: {number of a visit that crosses a
    target: Monday of the week that its coordinator was told}. ``avertie_le``: when the coordinator was warned that it
    will be closed automatically.
    """

    conservation: ClassVar = Conservation("close_le", TRENTE_SIX_MOIS, "opération conjointe close")

    coordinateur = models.ForeignKey(Groupe, on_delete=models.PROTECT, related_name="operations_coordonnees")
    nom = models.CharField("nom", max_length=120)
    jour = models.DateField("jour")
    heure = models.TimeField("heure de Paris", null=True, blank=True)
    premier_jour = models.DateField("jour à partir duquel les constats s’écrivent")
    consignes = models.TextField("préparation commune", max_length=NOTE_MAX, blank=True)
    ouverte_aux_croisements = models.BooleanField("dire les croisements au coordinateur", default=False)
    etat = models.CharField("état", max_length=12, choices=EtatOperation.choices, default=EtatOperation.PREPARATION)
    bilan = models.TextField("bilan", max_length=NOTE_MAX, blank=True)
    visites_dites = models.JSONField("visites dites au coordinateur", default=dict, db_default={}, blank=True)
    auteur = models.CharField("auteur", max_length=40)
    cree_le = models.DateTimeField("créée le", auto_now_add=True)
    close_le = models.DateTimeField("close le", null=True, blank=True)
    avertie_le = models.DateField("clôture d’office annoncée le", null=True, blank=True)
    version = models.PositiveIntegerField("version", default=1)

    class Meta:
        verbose_name = "opération conjointe"
        verbose_name_plural = "opérations conjointes"
        ordering = ["-jour", "-id"]

    @property
    def cloture_d_office(self) -> date | None:
        """Day when it is closed without a report, once its coordinator was warned of it. A warning that the day of the
        operation was moved after counts no more."""
        if self.avertie_le is None or self.avertie_le < self.jour + LAISSEE - PREAVIS:
            return None
        return self.avertie_le + PREAVIS

    @property
    def duree(self) -> tuple[date, date]:
        """When it takes place, as a calendar says it: half a day from its hour, or the whole day."""
        if self.heure is None:
            return self.jour, self.jour + timedelta(days=1)
        debut = datetime.combine(self.jour, self.heure, tzinfo=PARIS)
        return debut, debut + _DEMI_JOURNEE

    def save(self, *arguments: Any, **options: Any) -> None:
        if self._state.adding:
            self.premier_jour = self.jour
        super().save(*arguments, **options)


class Participation(Numerote):
    """A service in an operation, since its invitation."""

    conservation: ClassVar = Conservation("", TRENTE_SIX_MOIS, "participation, effacée avec l’opération")

    operation = models.ForeignKey(OperationConjointe, on_delete=models.CASCADE, related_name="participations")
    service = models.ForeignKey(Groupe, on_delete=models.PROTECT, related_name="participations")
    par = models.CharField("invité par", max_length=40)
    depuis = models.DateTimeField("depuis", auto_now_add=True)

    class Meta:
        verbose_name = "participation"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["operation", "service"], name="participation_une_fois")]


class Cible(Numerote):
    """An establishment to visit: preparation, and who does what there."""

    conservation: ClassVar = Conservation("", TRENTE_SIX_MOIS, "cible, effacée avec l’opération")

    operation = models.ForeignKey(OperationConjointe, on_delete=models.CASCADE, related_name="cibles")
    siren = models.CharField("SIREN", max_length=9)
    siret = models.CharField("SIRET", max_length=14)
    cle_adresse = models.CharField("adresse, pliée", max_length=64, blank=True, db_collation="C")
    preparation = models.TextField("préparation", max_length=NOTE_MAX, blank=True)
    roles = models.TextField("qui fait quoi", max_length=NOTE_MAX, blank=True)
    version = models.PositiveIntegerField("version", default=1)

    class Meta:
        verbose_name = "cible"
        ordering = ["siret"]
        indexes = [
            models.Index(fields=["siret"], name="cible_siret"),
            models.Index(fields=["siren"], name="cible_siren"),
            models.Index(fields=["cle_adresse"], condition=~Q(cle_adresse=""), name="cible_adresse"),
        ]
        constraints = [models.UniqueConstraint(fields=["operation", "siret"], name="cible_une_fois")]


class NoteOperation(Numerote):
    """A note shared by the members of an operation. Never changed."""

    conservation: ClassVar = Conservation("", TRENTE_SIX_MOIS, "note partagée, effacée avec l’opération")

    operation = models.ForeignKey(OperationConjointe, on_delete=models.CASCADE, related_name="notes")
    service = models.ForeignKey(Groupe, on_delete=models.PROTECT, related_name="+")
    texte = models.TextField("note", max_length=NOTE_MAX)
    par = models.CharField("par", max_length=40)
    quand = models.DateTimeField("quand", auto_now_add=True)

    class Meta:
        verbose_name = "note d’opération"
        verbose_name_plural = "notes d’opérations"
        ordering = ["id"]


class ConstatOperation(Numerote):
    """Findings of a service at a target: its own, unless shared with the members."""

    conservation: ClassVar = Conservation("", TRENTE_SIX_MOIS, "constat, effacé avec l’opération")

    cible = models.ForeignKey(Cible, on_delete=models.CASCADE, related_name="constats")
    service = models.ForeignKey(Groupe, on_delete=models.PROTECT, related_name="+")
    texte = models.TextField("constat", max_length=NOTE_MAX)
    partage = models.BooleanField("partagé avec les services de l’opération", default=False)
    par = models.CharField("par", max_length=40)
    quand = models.DateTimeField("quand", auto_now=True)
    version = models.PositiveIntegerField("version", default=1)

    class Meta:
        verbose_name = "constat d’opération"
        verbose_name_plural = "constats d’opérations"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["cible", "service"], name="constat_par_service")]
