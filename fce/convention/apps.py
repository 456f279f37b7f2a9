from django.apps import AppConfig
from django.conf import settings


class ConventionConfig(AppConfig):
    """Off (``FCE_CONVENTION=false``), the room keeps its tables and shows nothing."""

    name = "fce.convention"
    label = "convention"
    verbose_name = "Convention de délégation"

    def ready(self) -> None:
        if settings.FCE_CONVENTION:
            from fce.convention.offres import ajouter_au_menu

            ajouter_au_menu()
