"""Django application of the room."""

from django.apps import AppConfig


class ComptesConfig(AppConfig):
    """Accounts and sessions."""

    name = "fce.comptes"
    label = "comptes"
    verbose_name = "Comptes"
