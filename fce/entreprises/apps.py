"""Django application of the Sirene register."""

from django.apps import AppConfig


class EntreprisesConfig(AppConfig):
    """Selectors and masking; no model of its own (Sirene's are declared in ``fce.sources``)."""

    name = "fce.entreprises"
    label = "entreprises"
    verbose_name = "Entreprises et établissements"
