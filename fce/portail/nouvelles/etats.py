"""Where an entry of the roadmap stands. Pure."""

from django.db.models import TextChoices


class EtatPoint(TextChoices):
    """What becomes of an entry of the roadmap, in the order of the page."""

    EN_COURS = "en_cours", "en cours"
    PREVU = "prevu", "prévu"
    ENVISAGE = "envisage", "envisagé"
    FAIT = "fait", "fait"
    ABANDONNE = "abandonne", "abandonné"
