"""Tables of messages to the team, news, roadmap, panel."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.db import models

from fce.service.portail.contact.etats import EtatAssistance, SujetAssistance
from fce.service.portail.nouvelles.etats import EtatPoint
from fce.socle.base.conservation import Conservation
from fce.socle.base.modeles import Modele

MESSAGE_MAX = 2000
CONTENU_MAX = 6000


class DemandeAssistance(Modele):
    """A message to the team and its answer.

    ``auteur``: opaque identifier of an account; "" for an anonymous author, who gives ``courriel`` to receive a link.
    ``version``: incremented by each change.
    """

    conservation: ClassVar = Conservation("close_le", timedelta(days=365), "message à l’équipe, une fois clos")

    sujet = models.CharField("sujet", max_length=30, choices=SujetAssistance.choices)
    texte = models.TextField("message", max_length=MESSAGE_MAX)
    auteur = models.CharField("auteur", max_length=40, blank=True)
    courriel = models.EmailField("courriel", max_length=254, blank=True)
    etat = models.CharField("état", max_length=20, choices=EtatAssistance.choices, default=EtatAssistance.RECUE)
    recue_le = models.DateTimeField("reçue le", auto_now_add=True)
    prise_le = models.DateTimeField("prise en charge le", null=True, blank=True)
    close_le = models.DateTimeField("close le", null=True, blank=True)
    reponse = models.TextField("réponse", max_length=MESSAGE_MAX, blank=True)
    traitee_par = models.CharField("traitée par", max_length=40, blank=True)
    version = models.PositiveIntegerField("version", default=1)

    class Meta:
        verbose_name = "demande d’assistance"
        verbose_name_plural = "demandes d’assistance"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["etat", "-id"], name="assistance_etat"),
            models.Index(fields=["auteur", "-id"], name="assistance_auteur"),
        ]


class Nouveaute(Modele):
    """A news entry: title, Markdown text; ``publiee_le`` is None for a draft.

    ``envoyee_le``: when the subscribers' mail was queued.
    """

    titre = models.CharField("titre", max_length=160)
    contenu = models.TextField("contenu", max_length=CONTENU_MAX)
    publiee_le = models.DateTimeField("publiée le", null=True, blank=True)
    envoyee_le = models.DateTimeField("annoncée le", null=True, blank=True)
    modifiee_le = models.DateTimeField("modifiée le", auto_now=True)

    class Meta:
        verbose_name = "nouveauté"
        verbose_name_plural = "nouveautés"
        ordering = ["-id"]

    @property
    def objet(self) -> str:
        """Name of the entry in ``VersionDeTexte`` and in the events."""
        return f"nouveaute-{self.pk}"


class PointFeuilleDeRoute(Modele):
    """An entry of the roadmap. ``echeance``: free text, not a date; ``rang``: order."""

    titre = models.CharField("titre", max_length=160)
    contenu = models.TextField("contenu", max_length=CONTENU_MAX, blank=True)
    etat = models.CharField("état", max_length=20, choices=EtatPoint.choices, default=EtatPoint.ENVISAGE)
    echeance = models.CharField("échéance", max_length=60, blank=True)
    rang = models.PositiveIntegerField("rang", default=100)
    modifie_le = models.DateTimeField("modifié le", auto_now=True)

    class Meta:
        verbose_name = "point de la feuille de route"
        verbose_name_plural = "points de la feuille de route"
        ordering = ["rang", "id"]

    @property
    def objet(self) -> str:
        """Name of the entry in ``VersionDeTexte`` and in the events."""
        return f"point-{self.pk}"


class VersionDeTexte(Modele):
    """A past or current version of a text; immutable. The events name the author.

    ``objet``: "texte-<key>", "nouveaute-<number>", "point-<number>".
    """

    objet = models.CharField("objet", max_length=60)
    titre = models.CharField("titre", max_length=160, blank=True)
    contenu = models.TextField("contenu", max_length=CONTENU_MAX, blank=True)
    ecrite_le = models.DateTimeField("écrite le", auto_now_add=True)

    class Meta:
        verbose_name = "version d’un texte"
        verbose_name_plural = "versions des textes"
        ordering = ["-id"]
        indexes = [models.Index(fields=["objet", "-id"], name="version_de_texte_objet")]


class AbonnementNouvelles(Modele):
    """An account subscribed to the news; deleted when it unsubscribes."""

    conservation: ClassVar = Conservation(
        "", timedelta(0), "abonnement aux nouveautés, effacé quand on l’arrête, ou avec le compte"
    )

    compte = models.OneToOneField("comptes.Compte", on_delete=models.CASCADE, related_name="abonnement_nouvelles")
    depuis = models.DateTimeField("depuis", auto_now_add=True)

    class Meta:
        verbose_name = "abonnement aux nouveautés"
        verbose_name_plural = "abonnements aux nouveautés"
        ordering = ["id"]


class VolontaireRecherche(Modele):
    """An account that agrees to be surveyed, for a year."""

    conservation: ClassVar = Conservation("inscrit_le", timedelta(days=365), "inscription au panel d’utilisateurs")

    compte = models.OneToOneField("comptes.Compte", on_delete=models.CASCADE, related_name="volontariat")
    metier = models.CharField("métier", max_length=120)
    inscrit_le = models.DateTimeField("inscrit le", auto_now_add=True)

    class Meta:
        verbose_name = "volontaire du panel"
        verbose_name_plural = "volontaires du panel"
        ordering = ["-id"]
