from django.apps import AppConfig


class DonneesConfig(AppConfig):
    name = "fce.donnees"
    label = "donnees"
    verbose_name = "Catalogue des données"

    def ready(self) -> None:
        from fce.socle import liens, plan_du_site
        from fce.socle.fil import Palier, ranger

        liens.declarer("source", "donnees:source")
        plan_du_site.declarer("Les données", "Données en place", "donnees:sources")
        plan_du_site.declarer("Les données", "Schéma de la base", "donnees:base")
        ranger(Palier("Données en place", "donnees:sources"), "donnees:source", "donnees:base")
