from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from fce.socle.base import replique


class ImportsConfig(AppConfig):
    name = "fce.donnees.imports"
    label = "sources"
    verbose_name = "Imports"

    def ready(self) -> None:
        replique.retenir_temoin("SELECT coalesce(max(numero), 0) FROM sources_bascule")
        post_migrate.connect(_retablir_les_vues, sender=self, dispatch_uid="sources.vues")


def _retablir_les_vues(*, using: str, **_: Any) -> None:
    """Create or refresh the view of every declared source after ``migrate``, so that a page never meets a missing
    view."""
    from django.db import connections

    from fce.donnees.imports.chargement.bascule import retablir_les_vues

    # The table is absent when the migrations of the app were undone.
    if using == "default" and "sources_versionenplace" in connections[using].introspection.table_names():
        retablir_les_vues()
