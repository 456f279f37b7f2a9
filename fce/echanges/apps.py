"""Django application of the exchanges."""

from django.apps import AppConfig
from django.conf import settings


class EchangesConfig(AppConfig):
    """Off (``FCE_ECHANGES=non``), the room keeps its tables and shows nothing."""

    name = "fce.echanges"
    label = "echanges"
    verbose_name = "Échanges"

    def ready(self) -> None:
        if settings.FCE_ECHANGES:
            from fce.echanges.offres import offrir

            offrir()
