"""Tables of error reports, page texts, banners, feedback, recent sheets."""

from datetime import timedelta
from typing import ClassVar

from django.db import models

from fce.service.portail.signalements.etats import EtatSignalement
from fce.socle.base.conservation import Conservation
from fce.socle.base.modeles import Modele

TEXTE_MAX = 2000


class Signalement(Modele):
    """An error reported on the sheet of a company, or of its establishment ``siret``.

    ``producteur``: code of the producer of ``source``, whose data officers answer; the team does when there is none.
    ``auteur``, ``traite_par``: opaque identifiers of accounts. ``version``: incremented by each change. Holds none of
    the sheet's data, but what open registers say when the report is about a contradiction (``regle``: its code).
    """

    conservation: ClassVar = Conservation("traite_le", timedelta(days=365), "signalement traité")

    siren = models.CharField("SIREN", max_length=9)
    siret = models.CharField("SIRET", max_length=14, blank=True)
    rubrique = models.CharField("rubrique", max_length=60)
    source = models.CharField("source", max_length=100, blank=True)
    producteur = models.CharField("producteur", max_length=60, blank=True)
    texte = models.TextField("ce qui est faux", max_length=TEXTE_MAX)
    auteur = models.CharField("auteur", max_length=40)
    etat = models.CharField("état", max_length=20, choices=EtatSignalement.choices, default=EtatSignalement.RECU)
    recu_le = models.DateTimeField("reçu le", auto_now_add=True)
    pris_le = models.DateTimeField("pris en charge le", null=True, blank=True)
    traite_le = models.DateTimeField("traité le", null=True, blank=True)
    traite_par = models.CharField("traité par", max_length=40, blank=True)
    reponse = models.TextField("réponse", max_length=TEXTE_MAX, blank=True)
    version = models.PositiveIntegerField("version", default=1)
    regle = models.CharField("règle", max_length=60, blank=True, default="", db_default="")

    class Meta:
        verbose_name = "signalement"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["etat", "-id"], name="signalement_etat"),
            models.Index(fields=["auteur", "-id"], name="signalement_auteur"),
            models.Index(fields=["producteur", "etat"], name="signalement_producteur"),
        ]


class TexteDePage(Modele):
    """A Markdown text of a page, written by the team; ``VersionDeTexte`` keeps its history."""

    class Cle(models.TextChoices):
        ACCUEIL = "accueil", "mot d’accueil, en tête de la première page"
        EXPLOITANT = "exploitant", "service qui exploite ce site (mentions légales)"
        DIRECTEUR = "directeur", "directeur ou directrice de la publication (mentions légales)"
        HEBERGEUR = "hebergeur", "hébergeur (mentions légales)"
        CONTACT = "contact", "comment joindre l’équipe autrement qu’en ligne (contact, mentions légales)"
        RESPONSABLE = "responsable", "responsable du traitement (données personnelles)"
        DELEGUE = "delegue", "délégué à la protection des données (données personnelles)"
        SECURITE = "securite", "à qui signaler une faille (sécurité, security.txt)"
        ACCESSIBILITE = "accessibilite", "à qui signaler un obstacle (accessibilité)"
        SCHEMA = "schema", "schéma pluriannuel et plan d’action (accessibilité)"
        CONDITIONS = "conditions", "conditions propres à cette installation (CGU)"

    cle = models.CharField("clé", max_length=20, choices=Cle.choices, primary_key=True)
    contenu = models.TextField("contenu", max_length=TEXTE_MAX, blank=True)
    modifie_le = models.DateTimeField("modifié le", auto_now=True)

    class Meta:
        # Name of the table before the model was renamed.
        db_table = "portail_texte"
        verbose_name = "texte"
        ordering = ["cle"]


class Bandeau(Modele):
    """A message at the top of every page, between two instants."""

    class Motif(models.TextChoices):
        ANNONCE = "annonce", "annonce"
        MAINTENANCE = "maintenance", "maintenance"
        INCIDENT = "incident", "incident"

    class Niveau(models.TextChoices):
        """Severity; the value is the suffix of the DSFR class."""

        INFORMATION = "info", "information"
        ATTENTION = "warning", "attention"
        ALERTE = "alert", "alerte"

    message = models.CharField("message", max_length=300)
    motif = models.CharField("motif", max_length=12, choices=Motif.choices, default=Motif.ANNONCE)
    niveau = models.CharField("niveau", max_length=10, choices=Niveau.choices, default=Niveau.INFORMATION)
    debut = models.DateTimeField("à partir du")
    fin = models.DateTimeField("jusqu’au")

    class Meta:
        verbose_name = "bandeau"
        verbose_name_plural = "bandeaux"
        ordering = ["-id"]


class RetourUtilisateur(Modele):
    """Anonymous feedback: neither the reader nor the company."""

    class Trouve(models.TextChoices):
        OUI = "oui", "oui"
        EN_PARTIE = "en_partie", "en partie"
        NON = "non", "non"

    conservation: ClassVar = Conservation("recu_le", timedelta(days=365), "avis d’un lecteur, sans son nom")

    trouve = models.CharField("la page l’a aidé", max_length=10, choices=Trouve.choices)
    recommandation = models.PositiveSmallIntegerField("recommandation, de 0 à 10", null=True, blank=True)
    texte = models.TextField("avis", max_length=TEXTE_MAX, blank=True)
    page = models.CharField("page", max_length=60, blank=True, help_text="Nom de la page, sans ce qu’elle montre.")
    lecteur = models.CharField("genre de lecteur", max_length=12)
    recu_le = models.DateTimeField("reçu le", auto_now_add=True)
    lu_le = models.DateTimeField("lu le", null=True, blank=True)

    class Meta:
        verbose_name = "avis"
        verbose_name_plural = "avis"
        ordering = ["-id"]


class FicheRecente(Modele):
    """A sheet recently opened by an agent, visible to that agent only.

    ``lue_le``: its last page; ``precedente_le``: last page of the reading before the present one, None at the first.
    """

    conservation: ClassVar = Conservation(
        "lue_le", timedelta(days=90), "fiche ouverte par un agent : son accueil, et ce qui a changé depuis"
    )

    compte = models.ForeignKey("comptes.Compte", on_delete=models.CASCADE, related_name="fiches_recentes")
    numero = models.CharField("SIREN ou SIRET", max_length=14)
    lue_le = models.DateTimeField("lue le")
    precedente_le = models.DateTimeField("lecture d’avant", null=True, blank=True)

    class Meta:
        verbose_name = "fiche récente"
        verbose_name_plural = "fiches récentes"
        ordering = ["-lue_le", "-id"]
        constraints = [models.UniqueConstraint(fields=["compte", "numero"], name="fiche_recente_une_fois")]
