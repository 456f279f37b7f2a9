from django.apps import AppConfig


class ChangementsConfig(AppConfig):
    name = "fce.changements"
    label = "changements"
    verbose_name = "Flux des changements"

    def ready(self) -> None:
        from fce.changements import curseurs
        from fce.socle import attentes

        attentes.retenir(curseurs.horizon)
