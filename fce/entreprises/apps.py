"""Django application of the Sirene register."""

from django.apps import AppConfig


class EntreprisesConfig(AppConfig):
    name = "fce.entreprises"
    label = "entreprises"
    verbose_name = "Entreprises et établissements"

    def ready(self) -> None:
        from fce.entreprises.selectors import entreprises
        from fce.socle import liens

        liens.nommer_par(lambda sirens: {siren: vue.nom for siren, vue in entreprises(sirens).items()})
