from django.apps import AppConfig


class DonneesConfig(AppConfig):
    name = "fce.donnees"
    label = "donnees"
    verbose_name = "Catalogue des données"

    def ready(self) -> None:
        from fce.socle import liens
        from fce.socle.fil import Palier, ranger

        liens.declarer("source", "donnees:source")
        ranger(Palier("Données en place", "donnees:sources"), "donnees:source", "donnees:base")
