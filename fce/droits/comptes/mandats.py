"""Mandates: functions in the service itself, which give no right to any data."""

from django.db.models import TextChoices


class Mandats(TextChoices):
    """The mandates; ``cumuls`` forbids membership of groups with some of them."""

    EQUIPE = "equipe", "équipe produit"
    APPROBATEUR = "approbateur", "approbation des habilitations"
    DEPOT = "depot", "dépôt des données d’un producteur"
    BUDGET = "budget", "budget de la convention"
    AUDITEUR = "auditeur", "contrôle du journal"
    DPO = "dpo", "protection des données"


# Separation of duties: whoever administers accounts may neither authorise access to data nor audit the journal.
INCOMPATIBLES = frozenset(
    {
        frozenset({Mandats.EQUIPE, Mandats.APPROBATEUR}),
        frozenset({Mandats.EQUIPE, Mandats.AUDITEUR}),
        frozenset({Mandats.EQUIPE, Mandats.DPO}),
    }
)

# Mandates that exclude reading the data of groups: running, authorising or paying for the service.
SANS_DONNEES = frozenset({Mandats.EQUIPE, Mandats.APPROBATEUR, Mandats.BUDGET, Mandats.DPO})
