from django.apps import AppConfig


class DonneesConfig(AppConfig):
    name = "fce.donnees"
    label = "donnees"
    verbose_name = "Catalogue des données"

    def ready(self) -> None:
        from fce.socle import liens

        liens.declarer("source", "donnees:source")
