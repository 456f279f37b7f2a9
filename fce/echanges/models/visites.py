"""Announced visits, and the answers of services when two cross."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from fce.droits.comptes.models import Groupe
from fce.echanges.croisements.regles import lundi
from fce.echanges.models.commun import NOTE_MAX, TRENTE_SIX_MOIS, EtapeEchange, LieuConcerne, Numerote
from fce.echanges.models.interactions import Interaction
from fce.echanges.models.operations import OperationConjointe
from fce.echanges.visites.genre import EtatRendezVous, EtatVisite
from fce.echanges.vocabulaire import DemiJournee, GenreInteraction, Precision, Reaction
from fce.socle.base.conservation import Conservation
from fce.socle.base.modeles import Modele
from fce.socle.texte.jours_ouvres import est_ouvre

_SOIXANTE_JOURS: Final = timedelta(days=60)
_UN_AN_ET_DEMI: Final = timedelta(days=550)
"""More than a visit is announced ahead, waits for its report and is kept."""
Creneau = tuple[date, DemiJournee]


class VisiteCommune(Numerote):
    """One visit of several services, one day for all. Its members, the announced visits whose services said « visite
    commune » to one another, alone read its days.

    ``jour``, ``moment``: the agreed half-day, None before; it holds while two members are at it. ``creneaux``:
    half-days offered to all, [[day as AAAA-MM-JJ, half-day]…], by ``proposee_par``, until ``avant_le``; ``tours``:
    offers made since the last agreement.
    """

    conservation: ClassVar = Conservation("changee_le", _UN_AN_ET_DEMI, "visite commune, après celles qui la composent")

    jour = models.DateField("jour convenu", null=True, blank=True)
    moment = models.CharField("demi-journée convenue", max_length=10, choices=DemiJournee.choices, blank=True)
    creneaux = models.JSONField("demi-journées proposées", default=list, blank=True)
    proposee_par = models.ForeignKey(
        "VisiteAnnoncee", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    avant_le = models.DateField("à confirmer jusqu’au", null=True, blank=True)
    tours = models.PositiveSmallIntegerField("propositions faites", default=0)
    changee_le = models.DateTimeField("changée le", auto_now=True)

    class Meta:
        verbose_name = "visite commune"
        verbose_name_plural = "visites communes"
        ordering = ["id"]
        indexes = [models.Index(fields=["avant_le"], name="commune_a_confirmer")]

    @property
    def demi_journees(self) -> list[Creneau]:
        """Days and half-days offered."""
        return [(date.fromisoformat(jour), DemiJournee(moment)) for jour, moment in self.creneaux]

    @property
    def presentes(self) -> list[VisiteAnnoncee]:
        """The visits that are at the agreed day; none when it no longer holds."""
        la = list(self.visites.filter(jour_convenu=self.jour)) if self.jour is not None else []
        return la if len(la) > 1 else []

    def ouverte(self, aujourd_hui: date) -> bool:
        """Whether half-days wait for answers: until the last day to confirm one, while who offers them is a member."""
        offrant = self.proposee_par
        ici = offrant is not None and offrant.commune_id == self.pk and offrant.etat == EtatVisite.ANNONCEE
        return ici and self.avant_le is not None and self.avant_le >= aujourd_hui


class VisiteAnnoncee(Numerote):
    """A visit that a service plans from ``debut`` to ``fin``: one day, or a week from Monday to Sunday.

    Other services see the week, the service and its mailbox (ADR 0036); ``objet`` and ``genre`` are for the service
    only. ``operation``: its joint operation; then hidden, unless the coordinator has opened it. ``close_le``: when it
    left the state « annoncée »; ``interaction``: the resulting contact. ``commune``: the common visit that it is a part
    of; ``jour_convenu``: the day of it that its service agreed on; ``rangs``: the half-days offered there that suit its
    service, None before it answers; ``attend_depuis``: since when something of it waits for its service.
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
    commune = models.ForeignKey(
        VisiteCommune,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="visites",
        db_constraint=False,
        db_index=False,
    )
    jour_convenu = models.DateField("jour convenu", null=True, blank=True)
    rangs = ArrayField(models.PositiveSmallIntegerField(), verbose_name="jours où il vient", null=True, blank=True)
    attend_depuis = models.DateTimeField("attend depuis", null=True, blank=True)
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
            models.Index(fields=["commune"], condition=Q(commune__isnull=False), name="visite_de_commune"),
        ]
        constraints = [models.CheckConstraint(condition=Q(debut__lte=models.F("fin")), name="visite_dans_l_ordre")]

    @property
    def convenue(self) -> Creneau | None:
        """The half-day agreed with other services, that it is at; None without any."""
        commune = self.commune
        if commune is None or commune.jour is None or self not in commune.presentes:
            return None
        return commune.jour, DemiJournee(commune.moment)

    @property
    def autres_membres(self) -> list[VisiteAnnoncee]:
        """The other announced visits of its common visit."""
        if self.commune is None:
            return []
        annoncees = self.commune.visites.filter(etat=EtatVisite.ANNONCEE).exclude(pk=self.pk)
        return list(annoncees.select_related("service__organisation"))

    def etat_dit(self, aujourd_hui: date) -> str:
        """State as displayed: after its days, an announced visit waits for its service's report."""
        passee = self.etat == EtatVisite.ANNONCEE and self.fin < aujourd_hui
        return "passée, à dire" if passee else EtatVisite(self.etat).label

    def jour_probable(self, aujourd_hui: date) -> date:
        """When it took place, for who tells it: the announced day; of a week, its last working day so far."""
        dernier = min(self.fin, aujourd_hui)
        jours = (dernier - timedelta(days=n) for n in range((dernier - self.debut).days + 1))
        return next((jour for jour in jours if est_ouvre(jour)), dernier)


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


class CourrielDeVisite(Modele):
    """The mails to the service of a visit: ``du_le``, when something last asked for one, None once it has left;
    ``parti_le``, when the last one left."""

    conservation: ClassVar = Conservation("", _SOIXANTE_JOURS, "courriels d’une visite annoncée, effacés avec elle")

    visite = models.OneToOneField(VisiteAnnoncee, on_delete=models.CASCADE, primary_key=True, related_name="courriel")
    du_le = models.DateTimeField("dû depuis", null=True, blank=True)
    parti_le = models.DateTimeField("dernier parti le", null=True, blank=True)

    class Meta:
        verbose_name = "courriels d’une visite annoncée"
        verbose_name_plural = "courriels de visites annoncées"


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

    Exactly one of ``autre`` and ``contact``. ``choix``: "" as long as nothing was answered. ``lundi_lu``, ``etat_lu``:
    week and state of ``autre`` when its service last answered or read, so that an answer no longer holds once they
    change. ``attend_depuis``: since when something waits for the service of ``visite``, or None.
    """

    conservation: ClassVar = Conservation("quand", TRENTE_SIX_MOIS, "réponse à un croisement de visites")

    visite = models.ForeignKey(VisiteAnnoncee, on_delete=models.CASCADE, related_name="reponses")
    autre = models.ForeignKey(
        VisiteAnnoncee, on_delete=models.CASCADE, null=True, blank=True, related_name="reponses_recues"
    )
    contact = models.ForeignKey(
        Interaction, on_delete=models.CASCADE, null=True, blank=True, related_name="reponses_recues"
    )
    choix = models.CharField("choix", max_length=20, choices=Reaction.choices, blank=True)
    motif = models.TextField("motif", max_length=1000, blank=True)
    par = models.CharField("par", max_length=40, blank=True)
    quand = models.DateTimeField("répondu le", auto_now_add=True)
    lundi_lu = models.DateField("semaine de l’autre, lue", null=True, blank=True)
    etat_lu = models.CharField("état de l’autre, lu", max_length=10, blank=True, db_default="")
    attend_depuis = models.DateTimeField("attend depuis", null=True, blank=True)

    class Meta:
        verbose_name = "réponse à un croisement"
        verbose_name_plural = "réponses à des croisements"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["visite", "autre"], condition=Q(contact=None), name="reponse_a_une_visite"),
            models.UniqueConstraint(fields=["visite", "contact"], condition=Q(autre=None), name="reponse_a_un_contact"),
            models.CheckConstraint(condition=Q(autre=None) ^ Q(contact=None), name="reponse_a_l_un_ou_a_l_autre"),
        ]

    def noter_lecture(self) -> None:
        """Note that the service of ``visite`` knows what the other one is now: nothing waits for it any more."""
        self.attend_depuis = None
        if self.autre is not None:
            self.lundi_lu, self.etat_lu = lundi(self.autre.debut), self.autre.etat

    @property
    def cle(self) -> str:
        """Key of the other one, as ``Croisement.cle``."""
        return f"contact-{self.contact_id}" if self.autre_id is None else f"visite-{self.autre_id}"

    @property
    def vu(self) -> str:
        """Week and state of the other visit, as ``Croisement.vu``."""
        return f"{lundi(self.autre.debut)} {self.autre.etat}" if self.autre is not None else ""

    @property
    def dit_commune(self) -> bool:
        """Whether it says « visite commune » of a visit that has not changed since."""
        return self.choix == Reaction.COMMUNE and not self.perimee

    @property
    def perimee(self) -> bool:
        """Whether the other visit changed since its week and state were read."""
        if self.autre is None or self.lundi_lu is None:
            return False
        return (self.lundi_lu, self.etat_lu) != (lundi(self.autre.debut), self.autre.etat)


class RendezVous(Numerote):
    """A common visit as the release before keeps it, between two visits; read once, by ``communes.reunir``. Dropped by
    the next release."""

    conservation: ClassVar = Conservation("", _SOIXANTE_JOURS, "jours proposés, effacés avec la visite annoncée")

    visite = models.ForeignKey(VisiteAnnoncee, on_delete=models.CASCADE, related_name="rendez_vous")
    autre = models.ForeignKey(VisiteAnnoncee, on_delete=models.CASCADE, related_name="rendez_vous_recus")
    creneaux = models.JSONField("demi-journées proposées")
    choisi = models.PositiveSmallIntegerField("rang choisi", null=True, blank=True)
    etat = models.CharField("état", max_length=12, choices=EtatRendezVous.choices, default=EtatRendezVous.PROPOSE)
    avant_le = models.DateField("réponse attendue jusqu’au")
    par = models.CharField("par", max_length=40)
    cree_le = models.DateTimeField("proposé le", auto_now_add=True)

    class Meta:
        verbose_name = "rendez-vous"
        verbose_name_plural = "rendez-vous"
        ordering = ["-id"]
        indexes = [models.Index(fields=["avant_le"], condition=Q(etat="propose"), name="rendez_vous_attendu")]
