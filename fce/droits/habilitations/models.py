"""Habilitations and their events, requests from members, API tokens and keys with their use."""

from datetime import timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from fce.droits.comptes.models import Groupe
from fce.droits.habilitations.dossiers.etats import EtatDossier
from fce.socle.base.conservation import Conservation
from fce.socle.base.modeles import Modele

_TROIS_ANS = timedelta(days=3 * 365)


def _codes(nom: str) -> ArrayField:
    return ArrayField(models.CharField(max_length=60), verbose_name=nom, default=list, blank=True)


class Dossier(Modele):
    """A habilitation of a group, in any state. People are opaque identifiers, which outlive their account."""

    conservation: ClassVar = Conservation("clos_le", _TROIS_ANS, "habilitation close")

    groupe = models.ForeignKey(Groupe, on_delete=models.PROTECT, related_name="dossiers")
    profil = models.CharField("profil", max_length=60, blank=True)
    groupes_de_donnees = _codes("groupes de données")
    finalites = _codes("finalités")
    territoire = _codes("départements, ou FR")
    droits = _codes("droits")
    base_legale = models.TextField("base légale et besoin", max_length=4000, blank=True)
    convention = models.URLField("convention", blank=True)
    conditions = models.TextField("conditions", max_length=4000, blank=True)
    adhesion_automatique = models.BooleanField(
        "agents admis à leur première connexion",
        default=False,
        help_text="Ceux dont le SIRET est celui de l’organisation.",
    )
    etat = models.CharField("état", max_length=12, choices=EtatDossier.choices, default=EtatDossier.BROUILLON)
    debut = models.DateField("premier jour", null=True, blank=True)
    fin = models.DateField("dernier jour", null=True, blank=True)
    demandeur = models.CharField("demandeur", max_length=40)
    approbateur = models.CharField("approbateur", max_length=40, blank=True)
    renouvelle = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="suites")
    cree_le = models.DateTimeField("créé le", auto_now_add=True)
    soumis_le = models.DateTimeField("soumis le", null=True, blank=True)
    decide_le = models.DateTimeField("décidé le", null=True, blank=True)
    revu_le = models.DateTimeField("dernière revue", null=True, blank=True)
    clos_le = models.DateTimeField("clos le", null=True, blank=True)

    class Meta:
        verbose_name = "habilitation"
        ordering = ["-id"]
        indexes = [models.Index(fields=["groupe", "etat"], name="dossier_groupe")]

    @property
    def reference(self) -> str:
        """Its identifier in the journal."""
        return f"h{self.pk}"


class EvenementDossier(Modele):
    """A step of a habilitation: by whom, when, values before and after. Never changed."""

    conservation: ClassVar = Conservation("", _TROIS_ANS, "étapes d’une habilitation, effacées avec elle")

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="evenements")
    quand = models.DateTimeField("quand", auto_now_add=True)
    par = models.CharField("par", max_length=40)
    action = models.CharField("action", max_length=40)
    avant = models.JSONField("avant", default=dict)
    apres = models.JSONField("après", default=dict)
    motif = models.TextField("motif", max_length=4000, blank=True)

    class Meta:
        verbose_name = "événement d’habilitation"
        verbose_name_plural = "événements d’habilitation"
        ordering = ["id"]


class GenreSollicitation(models.TextChoices):
    """Kinds of requests of an agent to the managers of a group."""

    JEU = "jeu", "jeu de données"
    GROUPES = "groupes", "groupes de données"
    ENTREE = "entree", "entrée dans le groupe"


class Sollicitation(Modele):
    """An agent's request to the managers of a group. ``source``: name of a data set, codes of groups of data with
    commas, or "" to enter the group, by ``genre``; ``par``: opaque identifier of his account."""

    conservation: ClassVar = Conservation("demandee_le", timedelta(days=90), "habilitation sollicitée par un membre")

    groupe = models.ForeignKey(Groupe, on_delete=models.CASCADE, related_name="sollicitations")
    genre = models.CharField(
        max_length=10,
        choices=GenreSollicitation.choices,
        default=GenreSollicitation.JEU,
        db_default=GenreSollicitation.JEU,
    )
    source = models.CharField("données demandées", max_length=100, blank=True)
    par = models.CharField("sollicitée par", max_length=40)
    demandee_le = models.DateTimeField("demandée le", auto_now_add=True)

    class Meta:
        verbose_name = "sollicitation"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["groupe", "genre", "source", "par"], name="sollicitation_une_seule")
        ]


class JetonApi(Modele):
    """A program's right to read under one habilitation, until a date; without one, a key, which reads open data within
    its own quota. Only the SHA-256 of the secret is stored. ``debit``: requests per second, when not the usual ones."""

    conservation: ClassVar = Conservation("expire_le", timedelta(days=365), "jeton de l’API expiré")

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="jetons", null=True)
    siret = models.CharField("SIRET de l’administration", max_length=14, blank=True)
    debit = models.PositiveSmallIntegerField("demandes par seconde", null=True, blank=True)
    libelle = models.CharField("libellé", max_length=200, blank=True)
    prefixe = models.CharField("début du jeton", max_length=20)
    empreinte = models.CharField("empreinte du jeton", max_length=64, unique=True)
    par = models.CharField("créé par", max_length=40)
    cree_le = models.DateTimeField("créé le", auto_now_add=True)
    expire_le = models.DateTimeField("expire le")
    revoque_le = models.DateTimeField("révoqué le", null=True, blank=True)
    dernier_usage = models.DateTimeField("dernier usage", null=True, blank=True)

    class Meta:
        verbose_name = "jeton de l’API"
        verbose_name_plural = "jetons de l’API"
        ordering = ["-id"]

    @property
    def identifiant(self) -> str:
        """Its opaque identifier in the journal."""
        return f"j{self.pk}"


class UsageDeJeton(Modele):
    """How many requests a token or a key made in a day, by operation: an address without its arguments, so that nobody
    knows who was looked at."""

    conservation: ClassVar = Conservation("jour", timedelta(days=31), "usage d’un jeton ou d’une clé de l’API")

    jeton = models.ForeignKey(JetonApi, on_delete=models.CASCADE, related_name="usages")
    jour = models.DateField("jour")
    operation = models.CharField("opération", max_length=120)
    demandes = models.PositiveIntegerField("demandes", default=0)
    refusees = models.PositiveIntegerField("refusées, au-delà du quota", default=0)

    class Meta:
        verbose_name = "usage d’un jeton"
        verbose_name_plural = "usages des jetons"
        ordering = ["-jour", "operation"]
        constraints = [models.UniqueConstraint(fields=["jeton", "jour", "operation"], name="usage_de_jeton_unique")]


class AssistantCoupe(Modele):
    """An assistant that an agent no longer lets read for him. Erased with the account, or when he lets it again."""

    conservation: ClassVar = Conservation("", timedelta(0), "assistant coupé : effacé avec le compte")

    compte = models.ForeignKey("comptes.Compte", on_delete=models.CASCADE, related_name="assistants_coupes")
    client = models.CharField("assistant", max_length=200)

    class Meta:
        verbose_name = "assistant coupé"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["compte", "client"], name="assistant_coupe_unique")]


class AccordDAssistant(Modele):
    """What an agent lets an assistant read once, on a page of ours, with a second factor: erased by the call that it
    serves. ``empreinte``: SHA-256 of this call."""

    conservation: ClassVar = Conservation("expire_le", timedelta(days=1), "accord donné à un assistant")

    compte = models.ForeignKey("comptes.Compte", on_delete=models.CASCADE, related_name="accords_d_assistant")
    empreinte = models.CharField("empreinte de l’appel", max_length=64)
    finalite = models.CharField("finalité", max_length=60)
    reference = models.CharField("dossier", max_length=60)
    expire_le = models.DateTimeField("expire le")

    class Meta:
        verbose_name = "accord donné à un assistant"
        ordering = ["id"]
