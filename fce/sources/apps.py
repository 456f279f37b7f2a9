"""Django application of the sources engine."""

from django.apps import AppConfig


class SourcesConfig(AppConfig):
    """Reads every declaration at start-up: a wrong one stops the process instead of failing during a night import."""

    name = "fce.sources"
    label = "sources"
    verbose_name = "Sources de données"

    def ready(self) -> None:
        from fce.sources import registre

        registre.toutes()
