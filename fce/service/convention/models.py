"""Tables of the agreement. Amounts are integers of cents; ledger entries and avenants are append-only."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from fce.service.convention.vocabulaire import GenreAvis, GenreEcriture, NatureDepense, NatureFormalite, TitreBudgetaire
from fce.socle.base.conservation import Conservation
from fce.socle.base.modeles import Modele

# Retention of accounting documents.
_DIX_ANS: Final = timedelta(days=10 * 365)
_TEXTE: Final = 2000
_TITRES_ADMIS: Final = [t for t in TitreBudgetaire.values if t != TitreBudgetaire.PERSONNEL]


def _centimes(libelle: str) -> models.BigIntegerField:
    return models.BigIntegerField(libelle, help_text="en centimes d’euro")


class Convention(models.Model):
    """A delegation of management: parties, credits, accounting references, dates.

    Writers of its ledger lock its row (``services.verrouiller``, and a trigger).
    """

    titre = models.CharField("titre", max_length=200)
    delegant = models.CharField("délégant", max_length=200)
    role_delegant = models.CharField("rôle du délégant", max_length=200)
    delegataire = models.CharField("délégataire", max_length=200)
    role_delegataire = models.CharField("rôle du délégataire", max_length=200)
    controleur_delegant = models.CharField("contrôleur du délégant", max_length=200)
    controleur_delegataire = models.CharField("contrôleur du délégataire", max_length=200)
    programme = models.CharField("programme", max_length=10)
    centre_financier = models.CharField("centre financier", max_length=40)
    domaine_fonctionnel = models.CharField("domaine fonctionnel", max_length=60)
    activite = models.CharField("activité", max_length=40)
    centre_de_cout = models.CharField("centre de coût", max_length=40)
    axe_ministeriel = models.CharField("axe ministériel", max_length=40, blank=True)
    comptable_assignataire = models.CharField("comptable assignataire", max_length=100)
    ae = _centimes("autorisations d’engagement à la signature")
    cp = _centimes("crédits de paiement à la signature")
    debut = models.DateField("prend effet le")
    fin = models.DateField("terme prévu à la signature")
    preavis_mois = models.PositiveSmallIntegerField("préavis, en mois", default=3)
    denoncee_le = models.DateField("préavis donné le", null=True, blank=True)
    denoncee_par = models.CharField("préavis donné par", max_length=200, blank=True)
    finit_le = models.DateField("le préavis prend effet le", null=True, blank=True)
    demonstration = models.BooleanField("inventée, pour la démonstration", default=False)
    inscrite_le = models.DateTimeField("inscrite le", db_default=Now())
    par = models.CharField("inscrite par", max_length=40)

    class Meta:
        verbose_name = "convention"
        ordering = ["-debut", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(ae__gte=0) & Q(cp__gte=0), name="convention_montants"),
            models.CheckConstraint(condition=Q(debut__lte=F("fin")), name="convention_periode"),
        ]

    def __str__(self) -> str:
        return self.titre


class Avenant(models.Model):
    """An amendment: full amounts and term from ``effet_le`` on, not differences."""

    convention = models.ForeignKey(Convention, on_delete=models.PROTECT, related_name="avenants")
    numero = models.PositiveSmallIntegerField("numéro")
    objet = models.CharField("objet", max_length=300)
    signe_le = models.DateField("signé le")
    effet_le = models.DateField("prend effet le")
    ae = _centimes("autorisations d’engagement")
    cp = _centimes("crédits de paiement")
    fin = models.DateField("terme")
    inscrit_le = models.DateTimeField("inscrit le", db_default=Now())
    par = models.CharField("inscrit par", max_length=40)

    class Meta:
        verbose_name = "avenant"
        ordering = ["effet_le", "numero"]
        constraints = [
            models.UniqueConstraint(fields=["convention", "numero"], name="avenant_numero"),
            models.CheckConstraint(condition=Q(ae__gte=0) & Q(cp__gte=0), name="avenant_montants"),
        ]

    def __str__(self) -> str:
        return f"avenant n° {self.numero}"


class Marche(models.Model):
    """A market; orders must be within its dates."""

    convention = models.ForeignKey(Convention, on_delete=models.PROTECT, related_name="marches")
    reference = models.CharField("référence", max_length=60)
    intitule = models.CharField("intitulé", max_length=200)
    titulaire = models.CharField("titulaire", max_length=200)
    debut = models.DateField("commence le")
    fin = models.DateField("finit le")

    class Meta:
        verbose_name = "marché"
        verbose_name_plural = "marchés"
        ordering = ["reference"]
        constraints = [
            models.UniqueConstraint(fields=["convention", "reference"], name="marche_reference"),
            models.CheckConstraint(condition=Q(debut__lte=F("fin")), name="marche_periode"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} – {self.intitule}"


class Ecriture(Modele):
    """A ledger entry, append-only (enforced by a trigger).

    ``engagement``: the commitment charged by a certification or a payment; null on commitments and receipts.
    ``annulee``: the entry that this one cancels, in whole or in part, with a negative amount.
    """

    convention = models.ForeignKey(Convention, on_delete=models.PROTECT, related_name="ecritures")
    genre = models.CharField("genre", max_length=12, choices=GenreEcriture.choices)
    jour = models.DateField("date")
    montant = models.BigIntegerField("montant", help_text="en centimes d’euro, négatif pour une annulation")
    nature = models.CharField("nature de la dépense", max_length=16, choices=NatureDepense.choices, blank=True)
    titre = models.PositiveSmallIntegerField("titre", choices=TitreBudgetaire.choices, null=True, blank=True)
    piece = models.CharField("pièce justificative", max_length=100)
    chorus = models.CharField("référence Chorus", max_length=40)
    marche = models.ForeignKey(Marche, on_delete=models.PROTECT, null=True, blank=True, related_name="commandes")
    engagement = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="suites")
    annulee = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="annulations")
    inscrite_le = models.DateTimeField("inscrite le", db_default=Now())
    par = models.CharField("inscrite par", max_length=40)

    class Meta:
        verbose_name = "écriture"
        ordering = ["id"]
        indexes = [models.Index(fields=["convention", "jour"], name="ecriture_jour")]
        constraints = [
            models.CheckConstraint(
                condition=Q(genre="recette", nature="", titre=None)
                | ~Q(genre="recette") & ~Q(nature="") & Q(titre__isnull=False, titre__in=_TITRES_ADMIS),
                name="ecriture_sans_titre_2",
            ),
            models.CheckConstraint(
                condition=Q(montant__gt=0, annulee=None) | Q(montant__lt=0, annulee__isnull=False),
                name="ecriture_signe",
            ),
            models.CheckConstraint(
                condition=Q(genre__in=("service-fait", "paiement"), engagement__isnull=False)
                | Q(genre__in=("engagement", "recette"), engagement=None),
                name="ecriture_imputee",
            ),
        ]


class Formalite(Modele):
    """A required formality and its date; ``objet`` may name a person."""

    conservation: ClassVar = Conservation("jour", _DIX_ANS, "formalité de la convention")

    convention = models.ForeignKey(Convention, on_delete=models.PROTECT, related_name="formalites")
    nature = models.CharField("nature", max_length=20, choices=NatureFormalite.choices)
    jour = models.DateField("faite le")
    objet = models.CharField("objet", max_length=300)
    avenant = models.ForeignKey(Avenant, on_delete=models.PROTECT, null=True, blank=True, related_name="copies")
    par = models.CharField("notée par", max_length=40)

    class Meta:
        verbose_name = "formalité"
        ordering = ["-jour", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["avenant", "nature"], condition=Q(avenant__isnull=False), name="copie_une_fois"
            )
        ]


class Avancement(Modele):
    """Progress of the work of one kind on a day."""

    convention = models.ForeignKey(Convention, on_delete=models.PROTECT, related_name="avancements")
    nature = models.CharField("nature", max_length=16, choices=NatureDepense.choices)
    jour = models.DateField("au")
    part = models.PositiveSmallIntegerField("part réalisée, en %")
    fait = models.TextField("ce qui est fait", max_length=_TEXTE)
    par = models.CharField("noté par", max_length=40)

    class Meta:
        verbose_name = "avancement"
        ordering = ["-jour", "-id"]
        constraints = [models.CheckConstraint(condition=Q(part__lte=100), name="avancement_part")]


class Prevision(Modele):
    """Expected commitments and payments of a month, by kind; the latest value replaces the previous one."""

    convention = models.ForeignKey(Convention, on_delete=models.PROTECT, related_name="previsions")
    mois = models.DateField("mois", help_text="son premier jour")
    nature = models.CharField("nature", max_length=16, choices=NatureDepense.choices)
    ae = _centimes("engagements prévus")
    cp = _centimes("paiements prévus")
    modifiee_le = models.DateTimeField("modifiée le", auto_now=True)

    class Meta:
        verbose_name = "prévision"
        ordering = ["mois", "nature"]
        constraints = [
            models.UniqueConstraint(fields=["convention", "mois", "nature"], name="prevision_une_fois"),
            models.CheckConstraint(condition=Q(ae__gte=0) & Q(cp__gte=0), name="prevision_montants"),
        ]


class AvisAuFinanceur(Modele):
    """A notice to the funder, computed from ledger and forecasts: prepared once per half-year and reason, sent by a
    person."""

    convention = models.ForeignKey(Convention, on_delete=models.PROTECT, related_name="avis")
    genre = models.CharField("motif", max_length=14, choices=GenreAvis.choices)
    semestre = models.CharField("semestre", max_length=7)
    prepare_le = models.DateField("établi le")
    ae_accorde = _centimes("autorisations d’engagement accordées")
    ae_consomme = _centimes("engagements")
    ae_prevu = _centimes("engagements encore prévus")
    cp_accorde = _centimes("crédits de paiement accordés")
    cp_consomme = _centimes("paiements")
    cp_prevu = _centimes("paiements encore prévus")
    envoye_le = models.DateField("envoyé le", null=True, blank=True)
    envoye_par = models.CharField("envoyé par", max_length=40, blank=True)

    class Meta:
        verbose_name = "avis au financeur"
        verbose_name_plural = "avis au financeur"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["convention", "genre", "semestre"], name="avis_une_fois_par_semestre")
        ]


class Comite(Modele):
    """A committee: planned day, then participants and decision."""

    conservation: ClassVar = Conservation("tenu_le", _DIX_ANS, "comité de la convention, avec ses participants")

    convention = models.ForeignKey(Convention, on_delete=models.PROTECT, related_name="comites")
    prevu_le = models.DateField("prévu le")
    tenu_le = models.DateField("tenu le", null=True, blank=True)
    presidence = models.CharField("présidé par", max_length=200, blank=True)
    participants = models.TextField("participants", max_length=_TEXTE, blank=True)
    decision = models.TextField("décision", max_length=_TEXTE, blank=True)

    class Meta:
        verbose_name = "comité"
        ordering = ["prevu_le", "id"]
        constraints = [models.UniqueConstraint(fields=["convention", "prevu_le"], name="comite_un_par_jour")]


class DecisionAttendue(Modele):
    convention = models.ForeignKey(Convention, on_delete=models.PROTECT, related_name="decisions")
    question = models.CharField("question", max_length=300)
    ouverte_le = models.DateField("posée le")
    reponse = models.CharField("réponse", max_length=300, blank=True)
    prise_le = models.DateField("tranchée le", null=True, blank=True)

    class Meta:
        verbose_name = "décision attendue"
        verbose_name_plural = "décisions attendues"
        ordering = ["ouverte_le", "id"]
