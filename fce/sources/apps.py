from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SourcesConfig(AppConfig):
    name = "fce.sources"
    verbose_name = "Sources de données"

    def ready(self) -> None:
        post_migrate.connect(_vues_a_jour, sender=self, dispatch_uid="sources.vues")


def _vues_a_jour(*, using: str, **_: Any) -> None:
    """Every declared source has its view from the first migration on: readers find it empty, never missing."""
    from django.db import connections

    from fce.sources.chargement.bascule import ensure_views

    # Absent when the migrations of the app were undone.
    if using == "default" and "sources_versionenplace" in connections[using].introspection.table_names():
        ensure_views()
