from django.apps import AppConfig


class ChangementsConfig(AppConfig):
    name = "fce.changements"
    label = "changements"
    verbose_name = "Flux des changements"

    def ready(self) -> None:
        from fce.changements import services
        from fce.imports.chargement.bascule import avant_bascule, basculee

        basculee.connect(services.noter, dispatch_uid="changements.noter")
        avant_bascule.connect(services.calculer_a_temps, dispatch_uid="changements.avant_bascule")
