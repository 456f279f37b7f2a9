"""Vocabulary of the agreement: kinds of entries, of spending, of formalities, of notices."""

from __future__ import annotations

from typing import Final

from django.db.models import IntegerChoices, TextChoices


class GenreEcriture(TextChoices):
    ENGAGEMENT = "engagement", "engagement"
    SERVICE_FAIT = "service-fait", "certification du service fait"
    PAIEMENT = "paiement", "paiement"
    RECETTE = "recette", "recette"


class NatureDepense(TextChoices):
    DEVOPS = "devops", "devops"
    DESIGN = "design", "design"
    DEPLOIEMENT = "deploiement", "déploiement"
    COACHING = "coaching", "coaching"
    COMPLEMENTAIRES = "complementaires", "prestations complémentaires"


class TitreBudgetaire(IntegerChoices):
    """Titles of State expenditure (LOLF, article 5); the agreement refuses title 2."""

    PERSONNEL = 2, "titre 2 – personnel"
    FONCTIONNEMENT = 3, "titre 3 – fonctionnement"
    INVESTISSEMENT = 5, "titre 5 – investissement"
    INTERVENTION = 6, "titre 6 – intervention"


class NatureFormalite(TextChoices):
    LETTRE_DE_MISSION = "lettre-de-mission", "lettre de mission du responsable de produit"
    DECLARATION = "declaration", "déclaration d’intérêts d’un expert"
    COPIE_BUDGETAIRE = "copie-budgetaire", "copie au contrôleur budgétaire"
    PUBLICATION = "publication", "publication"
    COPIE_DELEGANT = "copie-delegant", "copie d’un avenant au contrôleur du délégant"
    COPIE_DELEGATAIRE = "copie-delegataire", "copie d’un avenant au contrôleur du délégataire"


COPIES_D_AVENANT: Final = frozenset({NatureFormalite.COPIE_DELEGANT, NatureFormalite.COPIE_DELEGATAIRE})
"""One of each per avenant."""


class GenreAvis(TextChoices):
    """Reasons to notify the funder: credits missing or left."""

    INSUFFISANCE = "insuffisance", "crédits insuffisants"
    RELIQUAT = "reliquat", "crédits non consommés"
