"""Django application of the figures of the service."""

from django.apps import AppConfig
from django.conf import settings


class StatistiquesConfig(AppConfig):
    """Off (``FCE_STATISTIQUES=false``), the room keeps its tables, counts nothing and shows nothing."""

    name = "fce.statistiques"
    label = "statistiques"
    verbose_name = "Statistiques"

    def ready(self) -> None:
        if not settings.FCE_STATISTIQUES:
            return
        from fce.donnees import complements
        from fce.donnees.complements import JeuDuService
        from fce.socle import evenements, impact, plan_du_site
        from fce.socle.fil import Palier, ranger
        from fce.statistiques.collecte import noter
        from fce.statistiques.selectors import chiffres_d_impact

        evenements.declarer(noter)
        plan_du_site.declarer("Le service", "Statistiques", "statistiques:stats")
        impact.declarer(chiffres_d_impact)
        pages = ("statistiques:csv", "statistiques:json", "statistiques:schema")
        ranger(Palier("Statistiques", "statistiques:stats"), *pages)
        complements.ajouter(
            JeuDuService(
                "usage", "Usage du service", "Chiffres mensuels de l’usage du service, sous le secret statistique.",
                "statistiques:stats", {"text/csv": pages[0], "application/json": pages[1]}, pages[2], "MONTHLY",
            )
        )  # fmt: skip
