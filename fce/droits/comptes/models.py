"""Accounts, organisations and their members, sessions. They hold no access right."""

from datetime import timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from fce.droits.comptes.mandats import Mandats
from fce.socle.base.conservation import Conservation
from fce.socle.base.modeles import Modele

# As long as questions may be asked about the account's consultations.
_TROIS_ANS = timedelta(days=3 * 365)


class Genre(models.TextChoices):
    """Agents use ProConnect; private persons use FranceConnect and never have an agent's rights."""

    AGENT = "agent", "agent public"
    PARTICULIER = "particulier", "particulier"


class Compte(Modele):
    """A person at one identity provider; the key is (iss, sub), never the e-mail."""

    conservation: ClassVar = Conservation("derniere_connexion", _TROIS_ANS, "compte sans connexion")

    genre = models.CharField("genre", max_length=12, choices=Genre.choices)
    iss = models.CharField("fournisseur d’identité", max_length=300)
    sub = models.CharField("identifiant chez lui", max_length=300)
    courriel = models.EmailField("courriel", max_length=320, blank=True)
    prenom = models.CharField("prénom", max_length=200, blank=True)
    nom = models.CharField("nom", max_length=200, blank=True)
    siret = models.CharField("SIRET de l’administration", max_length=14, blank=True)
    organisme = models.CharField("organisme, tel que le fournisseur le nomme", max_length=300, blank=True)
    roles = ArrayField(models.CharField(max_length=60), verbose_name="rôles ProConnect", default=list, blank=True)
    finalite = models.CharField("dernière finalité choisie", max_length=60, blank=True)
    cree_le = models.DateTimeField("créé le", auto_now_add=True)
    derniere_connexion = models.DateTimeField("dernière connexion", null=True, blank=True)
    desactive_le = models.DateTimeField("désactivé le", null=True, blank=True)

    class Meta:
        verbose_name = "compte"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["iss", "sub"], name="compte_iss_sub")]
        indexes = [models.Index(fields=["courriel"], name="compte_courriel")]

    @property
    def identifiant(self) -> str:
        """Opaque identifier, the only one used in the journal and in habilitations."""
        return f"c{self.pk}"

    @property
    def nom_complet(self) -> str:
        return f"{self.prenom} {self.nom}".strip() or "Compte sans nom"

    @property
    def actif(self) -> bool:
        return self.desactive_le is None

    @property
    def agent(self) -> bool:
        """ProConnect account, as opposed to FranceConnect."""
        return self.genre == Genre.AGENT


class Organisation(Modele):
    """An administration: a SIREN (whole body) or a SIRET (one service)."""

    numero = models.CharField("SIREN ou SIRET", max_length=14, unique=True)
    nom = models.CharField("nom", max_length=300)
    cree_le = models.DateTimeField("créée le", auto_now_add=True)
    fermee_le = models.DateTimeField("fermée le", null=True, blank=True)
    agents_declares = models.PositiveIntegerField(
        "agents déclarés", null=True, blank=True, help_text="Ceux à qui le service est destiné ; vide : non déclarés."
    )

    class Meta:
        verbose_name = "organisation"
        ordering = ["nom", "id"]

    def __str__(self) -> str:
        return self.nom


class Groupe(Modele):
    """A team of an organisation, to which habilitations are granted."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="groupes")
    nom = models.CharField("nom", max_length=200)
    courriel = models.EmailField("courriel du service", blank=True)
    cree_le = models.DateTimeField("créé le", auto_now_add=True)
    ferme_le = models.DateTimeField("fermé le", null=True, blank=True)

    class Meta:
        verbose_name = "groupe"
        ordering = ["nom", "id"]
        constraints = [models.UniqueConstraint(fields=["organisation", "nom"], name="groupe_unique")]

    def __str__(self) -> str:
        return f"{self.nom} – {self.organisation.nom}"


class Appartenance(Modele):
    """Membership of a group over time; ended rather than erased, as evidence."""

    class Origine(models.TextChoices):
        CONNEXION = "connexion", "première connexion"
        INVITATION = "invitation", "invitation"
        GESTIONNAIRE = "gestionnaire", "ajout par un gestionnaire"
        CSV = "csv", "liste chargée"

    conservation: ClassVar = Conservation("fin", _TROIS_ANS, "appartenance terminée")

    compte = models.ForeignKey(Compte, on_delete=models.CASCADE, related_name="appartenances")
    groupe = models.ForeignKey(Groupe, on_delete=models.PROTECT, related_name="appartenances")
    gestionnaire = models.BooleanField("gestionnaire", default=False)
    origine = models.CharField("origine", max_length=12, choices=Origine.choices)
    depuis = models.DateTimeField("depuis", auto_now_add=True)
    par = models.CharField("ajouté par", max_length=40, blank=True)
    suspendue_le = models.DateTimeField("suspendue le", null=True, blank=True)
    fin = models.DateTimeField("terminée le", null=True, blank=True)
    motif_fin = models.CharField("motif de la fin", max_length=200, blank=True)
    revue_le = models.DateTimeField("revue le", null=True, blank=True)

    class Meta:
        verbose_name = "appartenance"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["compte", "groupe"], condition=Q(fin=None), name="appartenance_en_cours")
        ]


class Invitation(Modele):
    """An e-mail address expected in a group. Only the SHA-256 of the link's secret is stored."""

    conservation: ClassVar = Conservation("expire_le", timedelta(days=90), "invitation expirée")

    groupe = models.ForeignKey(Groupe, on_delete=models.CASCADE, related_name="invitations")
    courriel = models.EmailField("courriel", max_length=320)
    gestionnaire = models.BooleanField("comme gestionnaire", default=False)
    empreinte = models.CharField("empreinte du lien", max_length=64, unique=True, null=True)  # noqa: DJ001 – unique
    par = models.CharField("invité par", max_length=40)
    cree_le = models.DateTimeField("créée le", auto_now_add=True)
    expire_le = models.DateTimeField("expire le")
    acceptee_le = models.DateTimeField("acceptée le", null=True, blank=True)
    annulee_le = models.DateTimeField("annulée le", null=True, blank=True)

    class Meta:
        verbose_name = "invitation"
        ordering = ["-id"]


class Mandat(Modele):
    """A function in the service, given by someone else than its holder."""

    conservation: ClassVar = Conservation("fin", _TROIS_ANS, "mandat terminé")

    compte = models.ForeignKey(Compte, on_delete=models.CASCADE, related_name="mandats")
    role = models.CharField("rôle", max_length=12, choices=Mandats.choices)
    perimetre = models.CharField("périmètre", max_length=60, blank=True, help_text="Code du producteur, pour un dépôt.")
    par = models.CharField("donné par", max_length=40)
    depuis = models.DateTimeField("depuis", auto_now_add=True)
    fin = models.DateTimeField("terminé le", null=True, blank=True)

    class Meta:
        verbose_name = "mandat"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["compte", "role", "perimetre"], condition=Q(fin=None), name="mandat_en_cours"
            )
        ]


class Session(models.Model):
    """A signed-in browser, or one signing in (``compte`` null). Only the SHA-256 of the cookie is stored."""

    conservation: ClassVar = Conservation("vue_le", timedelta(days=1), "session")

    empreinte = models.CharField("empreinte du témoin", max_length=64, primary_key=True)
    compte = models.ForeignKey(Compte, on_delete=models.CASCADE, related_name="sessions", null=True)
    donnees = models.JSONField("données", default=dict)
    creee_le = models.DateTimeField("ouverte le", db_default=Now())
    vue_le = models.DateTimeField("vue le", db_default=Now())
    navigateur = models.CharField("navigateur", max_length=80, blank=True)
    adresse_ip = models.GenericIPAddressField("adresse", null=True)

    class Meta:
        verbose_name = "session"
        ordering = ["-vue_le"]
        indexes = [models.Index(fields=["vue_le"], name="session_vue")]

    def __str__(self) -> str:
        return "session"


class EvenementCompte(Modele):
    """A change of an account, group or mandate: author, date, before and after. Append-only."""

    conservation: ClassVar = Conservation("quand", _TROIS_ANS, "événement de compte")

    quand = models.DateTimeField("quand", auto_now_add=True)
    par = models.CharField("par", max_length=40)
    action = models.CharField("action", max_length=40)
    objet = models.CharField("objet", max_length=60)
    avant = models.JSONField("avant", default=dict)
    apres = models.JSONField("après", default=dict)

    class Meta:
        verbose_name = "événement de compte"
        verbose_name_plural = "événements de compte"
        ordering = ["-id"]
        indexes = [models.Index(fields=["objet", "-id"], name="evenement_objet")]


class DemandeOuverture(Modele):
    """An administration's request to join the service."""

    class Etat(models.TextChoices):
        RECUE = "recue", "reçue"
        ACCEPTEE = "acceptee", "acceptée"
        REFUSEE = "refusee", "refusée"

    conservation: ClassVar = Conservation("decidee_le", timedelta(days=365), "demande d’ouverture close")

    compte = models.ForeignKey(Compte, on_delete=models.CASCADE, related_name="demandes")
    siret = models.CharField("SIRET", max_length=14)
    organisme = models.CharField("organisme", max_length=300)
    service = models.CharField("service", max_length=200)
    profil = models.CharField("profil demandé", max_length=60, blank=True)
    besoin = models.TextField("besoin et base légale", max_length=4000)
    etat = models.CharField("état", max_length=10, choices=Etat.choices, default=Etat.RECUE)
    recue_le = models.DateTimeField("reçue le", auto_now_add=True)
    decidee_le = models.DateTimeField("décidée le", null=True, blank=True)
    decidee_par = models.CharField("décidée par", max_length=40, blank=True)
    reponse = models.TextField("réponse", max_length=4000, blank=True)

    class Meta:
        verbose_name = "demande d’ouverture"
        verbose_name_plural = "demandes d’ouverture"
        ordering = ["-id"]


class Rattachement(Modele):
    """A private person's claim to head a company; effective once validated."""

    class Etat(models.TextChoices):
        """States of the claim; once ended, it may be made again."""

        DEMANDE = "demande", "demandé"
        VALIDE = "valide", "validé"
        REFUSE = "refuse", "refusé"
        TERMINE = "termine", "terminé"

    conservation: ClassVar = Conservation("decide_le", timedelta(days=365), "rattachement à une entreprise")

    compte = models.ForeignKey(Compte, on_delete=models.CASCADE, related_name="rattachements")
    siren = models.CharField("SIREN", max_length=9)
    etat = models.CharField("état", max_length=10, choices=Etat.choices, default=Etat.DEMANDE)
    rapprochement = models.CharField("rapprochement avec le RNE", max_length=40, blank=True)
    demande_le = models.DateTimeField("demandé le", auto_now_add=True)
    decide_le = models.DateTimeField("décidé le", null=True, blank=True)
    decide_par = models.CharField("décidé par", max_length=40, blank=True)
    motif = models.CharField("motif", max_length=500, blank=True)

    class Meta:
        verbose_name = "rattachement"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["compte", "siren"], condition=Q(etat__in=["demande", "valide"]), name="rattachement_en_cours"
            )
        ]
