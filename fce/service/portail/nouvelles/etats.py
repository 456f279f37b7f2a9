"""States of a roadmap entry. Pure."""

from django.db.models import TextChoices


class EtatPoint(TextChoices):
    """In the order of the page."""

    EN_COURS = "en_cours", "en cours"
    PREVU = "prevu", "prévu"
    ENVISAGE = "envisage", "envisagé"
    FAIT = "fait", "fait"
    ABANDONNE = "abandonne", "abandonné"
