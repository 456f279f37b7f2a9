"""The functions of the service itself. None gives a right to any data."""

from django.db.models import TextChoices


class Mandats(TextChoices):
    """Functions in the service that a mandate gives: none opens any data, and ``cumuls`` says which exclude reading."""

    EQUIPE = "equipe", "équipe produit"
    APPROBATEUR = "approbateur", "approbation des habilitations"
    DEPOT = "depot", "dépôt des données d’un producteur"
    BUDGET = "budget", "budget de la convention"
    AUDITEUR = "auditeur", "contrôle du journal"


# Who administers accounts must not open data to himself, nor read who read what.
INCOMPATIBLES = frozenset(
    {
        frozenset({Mandats.EQUIPE, Mandats.APPROBATEUR}),
        frozenset({Mandats.EQUIPE, Mandats.AUDITEUR}),
    }
)

# Who runs the service, decides of rights or pays for it reads nothing of what the groups read.
SANS_DONNEES = frozenset({Mandats.EQUIPE, Mandats.APPROBATEUR, Mandats.BUDGET})
