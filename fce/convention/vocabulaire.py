"""The words of the agreement: what a line of the ledger is, what money is spent on, what is recorded with a date."""

from __future__ import annotations

from typing import Final

from django.db.models import IntegerChoices, TextChoices


class GenreEcriture(TextChoices):
    """What a line of the ledger says of the money; receipts are counted apart from the three others."""

    ENGAGEMENT = "engagement", "engagement"
    SERVICE_FAIT = "service-fait", "certification du service fait"
    PAIEMENT = "paiement", "paiement"
    RECETTE = "recette", "recette"


class NatureDepense(TextChoices):
    """Kinds of spending that the agreement knows."""

    DEVOPS = "devops", "devops"
    DESIGN = "design", "design"
    DEPLOIEMENT = "deploiement", "déploiement"
    COACHING = "coaching", "coaching"
    COMPLEMENTAIRES = "complementaires", "prestations complémentaires"


class TitreBudgetaire(IntegerChoices):
    """Titles of expenditure of the State (LOLF, article 5), of which the agreement refuses the second."""

    PERSONNEL = 2, "titre 2 – personnel"
    FONCTIONNEMENT = 3, "titre 3 – fonctionnement"
    INVESTISSEMENT = 5, "titre 5 – investissement"
    INTERVENTION = 6, "titre 6 – intervention"


class NatureFormalite(TextChoices):
    """What the agreement asks to do, and of which the day is kept."""

    LETTRE_DE_MISSION = "lettre-de-mission", "lettre de mission du responsable de produit"
    DECLARATION = "declaration", "déclaration d’intérêts d’un expert"
    COPIE_BUDGETAIRE = "copie-budgetaire", "copie au contrôleur budgétaire"
    PUBLICATION = "publication", "publication"
    COPIE_DELEGANT = "copie-delegant", "copie d’un avenant au contrôleur du délégant"
    COPIE_DELEGATAIRE = "copie-delegataire", "copie d’un avenant au contrôleur du délégataire"


COPIES_D_AVENANT: Final = frozenset({NatureFormalite.COPIE_DELEGANT, NatureFormalite.COPIE_DELEGATAIRE})
"""Done for each avenant, once for each controller."""


class GenreAvis(TextChoices):
    """Why the funder is told: credits will not do, or will be left."""

    INSUFFISANCE = "insuffisance", "crédits insuffisants"
    RELIQUAT = "reliquat", "crédits non consommés"
