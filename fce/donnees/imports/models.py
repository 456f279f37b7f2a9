"""Records of the engine: imports, rows set aside, versions in place, deposits and tokens, live answers, downloads.

Facts are not stored here: each import fills ``generations.<view>_<import id>``, and a view of fixed name shows one.
"""

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q

from fce.donnees.imports.etats import EtatDepot
from fce.socle.base.conservation import Conservation
from fce.socle.base.modeles import Modele


class Import(Modele):
    class Statut(models.TextChoices):
        """« vérifié »: a deposit not published yet."""

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
    remasquee = models.BooleanField(
        "masquée de nouveau",
        default=False,
        db_default=False,
        help_text="Des unités masquées depuis l’ont été aussi dans cette version, quand elle est revenue.",
    )
    identite = models.BigIntegerField(
        "numéro de ses lignes", null=True, blank=True, help_text="Vide : celui de l’import, dont rien n’a changé."
    )
    masquee_au = models.DateField(
        "masques du",
        null=True,
        blank=True,
        help_text="Date des données qui ont masqué de nouveau : un fichier plus ancien n’ouvre personne.",
    )
    empreintes = models.JSONField(
        "fichiers intégrés", default=list, blank=True, help_text="SHA-256 de ceux que cette version réunit."
    )

    class Meta:
        verbose_name = "import"
        ordering = ["-id"]
        indexes = [models.Index(fields=["source", "-id"], name="import_source_recent")]

    @property
    def generation(self) -> int:
        """Identity of its rows, for what is made of them (index, files): another each time units are masked again."""
        return self.identite or (-self.pk if self.remasquee else self.pk)


class Quarantaine(Modele):
    """A row set aside by an import. Only the first ones are stored; ``Import.rejets`` counts all."""

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


class VersionEnPlace(Modele):
    """The import shown by the view of a source, and the one that a rollback would show."""

    source = models.CharField("source", max_length=100, unique=True)
    en_place = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="+")
    precedent = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    depuis = models.DateTimeField("en place depuis", auto_now=True)

    class Meta:
        verbose_name = "version en place"
        verbose_name_plural = "versions en place"
        ordering = ["source"]


class Bascule(Modele):
    """Counter of switches, in a single row: a replica with the same count shows the same versions."""

    UNIQUE: ClassVar = 1

    numero = models.BigIntegerField("nombre de bascules")

    class Meta:
        verbose_name = "compte des bascules"
        verbose_name_plural = "compte des bascules"


class JetonDepot(Modele):
    """Right of a producer to deposit its sources until a day. The secret is shown once; its SHA-256 is stored."""

    # Kept a year longer than the last of its deposits, which refer to it.
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


class Depot(Modele):
    """A file sent by a producer: bytes in the folder ``dossier``, rows in ``importation``.

    Sent with a token (``jeton``) or by an account (``par``, its opaque identifier), never both.
    """

    conservation: ClassVar = Conservation("clos", timedelta(days=3 * 365), "dépôt clos : qui l’a envoyé, quand")

    source = models.CharField("source", max_length=100)
    producteur = models.CharField("producteur", max_length=50)
    jeton = models.ForeignKey(JetonDepot, on_delete=models.PROTECT, related_name="depots", null=True, blank=True)
    par = models.CharField("compte qui l’a envoyé", max_length=40, blank=True)
    etat = models.CharField("état", max_length=16, choices=EtatDepot.choices, default=EtatDepot.RECU)
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
            models.CheckConstraint(condition=Q(etat__in=EtatDepot.values), name="depot_etat_connu"),
            models.CheckConstraint(
                condition=Q(jeton__isnull=False, par="") | (Q(jeton__isnull=True) & ~Q(par="")),
                name="depot_un_envoyeur",
            ),
        ]


class ReponseDirecte(Modele):
    """An answer of a live source for one administration and one purpose, until it expires.

    ``cle``: SHA-256 of endpoint, number, recipient and purpose, so the number is not stored in clear.
    """

    conservation: ClassVar = Conservation("expire_le", timedelta(0), "réponse d’une source directe")

    cle = models.CharField("empreinte de la demande", max_length=64, primary_key=True)
    source = models.CharField("source", max_length=100)
    lignes = models.JSONField("lignes")
    obtenue_le = models.DateTimeField("obtenue le")
    expire_le = models.DateTimeField("expire le", db_index=True)

    class Meta:
        app_label = "sources"
        verbose_name = "réponse directe"
        verbose_name_plural = "réponses directes"
        ordering = ["-obtenue_le"]


class Releve(Modele):
    """Latest check of the files of an open source. ``signature``: files already imported or refused for good, not to be
    tried again."""

    class Statut(models.TextChoices):
        IMPORTE = "importe", "nouveau fichier mis en place"
        INCHANGE = "inchange", "fichier inchangé"
        REFUSE = "refuse", "fichier refusé"
        ECHEC = "echec", "fichier non obtenu"

    source = models.CharField("source", max_length=100, unique=True)
    statut = models.CharField("statut", max_length=10, choices=Statut, default=Statut.INCHANGE)
    verifie = models.DateTimeField("vérifié le", null=True, blank=True)
    change = models.DateTimeField("changé le", null=True, blank=True)
    motif = models.TextField("motif du refus ou de l'échec", blank=True)
    signature = models.CharField("fichiers déjà traités", max_length=64, blank=True)

    class Meta:
        verbose_name = "relevé"
        ordering = ["source"]


class EchecTravail(Modele):
    """Latest failure of a queued job: the class of the error, never its message, which may quote a value."""

    conservation: ClassVar = Conservation("quand", timedelta(days=30), "échec d’un travail de la file")

    travail = models.BigIntegerField("numéro du travail", primary_key=True)
    tache = models.CharField("tâche", max_length=128)
    classe = models.CharField("classe de l’erreur", max_length=100)
    quand = models.DateTimeField("quand", auto_now=True)

    class Meta:
        app_label = "sources"
        verbose_name = "échec d’un travail"
        verbose_name_plural = "échecs des travaux"
        ordering = ["-travail"]
