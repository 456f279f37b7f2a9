"""Django application of the sheet."""

from django.apps import AppConfig


class FicheConfig(AppConfig):
    """Reads only: no model, no write."""

    name = "fce.fiche"
    label = "fiche"
    verbose_name = "Fiche"

    def ready(self) -> None:
        from fce.socle import liens

        liens.declarer("entreprise", "fiche:entreprise")
        liens.declarer("etablissement", "fiche:etablissement")
