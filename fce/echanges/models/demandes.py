"""Questions of a service to others about a company: one thread per service asked."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from fce.droits.comptes.models import Compte, Groupe
from fce.echanges.demandes.genre import EtatSaisine
from fce.echanges.models.commun import NOTE_MAX, EtapeEchange, Numerote
from fce.echanges.vocabulaire import MotifSaisine, Theme
from fce.socle.base.conservation import Conservation

DOUZE_MOIS: Final = timedelta(days=365)
OBJET_MAX: Final = 120


class Demande(Numerote):
    """A question of ``service`` about a company, or one of its establishments (``siret``, "" for none).

    ``auteur``: opaque; replaced by a pseudonym long after closing. ``reponses``: {group: [[required field, answer]…]},
    each visible to that group only. ``echeance``: when the asker needs the answer. ``close_le``: when the last thread
    closed; None after a reopening.
    """

    conservation: ClassVar = Conservation("close_le", DOUZE_MOIS, "demande close")

    service = models.ForeignKey(Groupe, on_delete=models.PROTECT, related_name="demandes")
    auteur = models.CharField("auteur", max_length=40)
    siren = models.CharField("SIREN", max_length=9)
    siret = models.CharField("SIRET", max_length=14, blank=True)
    objet = models.CharField("objet", max_length=OBJET_MAX)
    question = models.TextField("question", max_length=NOTE_MAX)
    themes = ArrayField(
        models.CharField(max_length=30, choices=Theme.choices), verbose_name="thèmes", default=list, blank=True
    )
    echeance = models.DateField("réponse voulue avant le", null=True, blank=True)
    reponses = models.JSONField("ce que chaque service demande de préciser", default=dict, blank=True)
    cree_le = models.DateTimeField("envoyée le", auto_now_add=True)
    close_le = models.DateTimeField("close le", null=True, blank=True)
    version = models.PositiveIntegerField("version", default=1)

    class Meta:
        verbose_name = "demande"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["siren", "-id"], name="demande_siren"),
            models.Index(fields=["auteur", "-cree_le"], name="demande_auteur"),
            models.Index(fields=["close_le"], condition=Q(close_le__isnull=False), name="demande_close"),
        ]


class Saisine(Numerote):
    """A question in one of the services asked: state, who handles it, deadline.

    ``demandeur``: the asking service, copied from the question. ``limite``: last day to take it, then to answer it;
    None when nothing is awaited. ``rappel_le``: next reminder, if any. ``utile``: the asker's opinion of the answer.
    ``transferee_a``: the thread of the service that it was transferred to.
    """

    conservation: ClassVar = Conservation("", DOUZE_MOIS, "demande dans un service, effacée avec elle")

    demande = models.ForeignKey(Demande, on_delete=models.CASCADE, related_name="saisines")
    demandeur = models.ForeignKey(Groupe, on_delete=models.PROTECT, related_name="saisines_envoyees")
    service = models.ForeignKey(Groupe, on_delete=models.PROTECT, related_name="saisines")
    etat = models.CharField("état", max_length=10, choices=EtatSaisine.choices, default=EtatSaisine.ENVOYEE)
    attribuee_a = models.ForeignKey(
        Compte, on_delete=models.SET_NULL, null=True, blank=True, related_name="saisines", verbose_name="attribuée à"
    )
    limite = models.DateField("à faire avant le", null=True, blank=True)
    envoyee_le = models.DateTimeField("envoyée le", auto_now_add=True)
    prise_le = models.DateTimeField("prise le", null=True, blank=True)
    repondue_le = models.DateTimeField("répondue, ou déclinée, le", null=True, blank=True)
    close_le = models.DateTimeField("close le", null=True, blank=True)
    motif = models.CharField("motif", max_length=15, choices=MotifSaisine.choices, blank=True)
    utile = models.BooleanField("utile", null=True, blank=True)
    transferee_a = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="transferees_de"
    )
    rappel_le = models.DateField("prochain rappel", null=True, blank=True)
    rappels = models.PositiveSmallIntegerField("rappels envoyés", default=0)
    version = models.PositiveIntegerField("version", default=1)

    class Meta:
        verbose_name = "saisine"
        ordering = ["id"]
        indexes = [
            # Late ones first, those without a deadline last: the order of the lists; counted columns included.
            models.Index(fields=["service", "limite", "-id"], include=["etat", "attribuee_a"], name="saisine_recue"),
            models.Index(fields=["demandeur", "limite", "-id"], include=["etat", "demande"], name="saisine_envoyee"),
            models.Index(fields=["rappel_le"], condition=Q(rappel_le__isnull=False), name="saisine_a_rappeler"),
            models.Index(
                fields=["repondue_le"], condition=Q(etat__in=["repondue", "declinee"]), name="saisine_a_clore"
            ),
        ]
        constraints = [models.UniqueConstraint(fields=["demande", "service"], name="saisine_une_fois")]


class MessageDemande(Numerote):
    """A message between the asking service and one asked. ``interne``: a note for the author's service only. Never
    changed; a mistake is corrected in another message."""

    conservation: ClassVar = Conservation("", DOUZE_MOIS, "message d’une demande, effacé avec elle")

    saisine = models.ForeignKey(Saisine, on_delete=models.CASCADE, related_name="messages")
    service = models.ForeignKey(Groupe, on_delete=models.PROTECT, related_name="+")
    auteur = models.CharField("auteur", max_length=40)
    texte = models.TextField("texte", max_length=NOTE_MAX)
    interne = models.BooleanField("note interne", default=False)
    quand = models.DateTimeField("quand", auto_now_add=True)

    class Meta:
        verbose_name = "message d’une demande"
        verbose_name_plural = "messages de demandes"
        ordering = ["id"]


class EvenementSaisine(EtapeEchange):
    """A step of a question in a service. Never changed."""

    conservation: ClassVar = Conservation("", DOUZE_MOIS, "étape d’une demande, effacée avec elle")

    saisine = models.ForeignKey(Saisine, on_delete=models.CASCADE, related_name="evenements")

    class Meta(EtapeEchange.Meta):
        verbose_name = "étape d’une demande"
        verbose_name_plural = "étapes de demandes"
