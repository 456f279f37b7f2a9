from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SauvegardeConfig(AppConfig):
    name = "fce.sauvegarde"
    label = "sauvegarde"
    verbose_name = "Sauvegarde"

    def ready(self) -> None:
        post_migrate.connect(_poser_les_declencheurs, sender=self, dispatch_uid="fce.sauvegarde.retraits")


def _poser_les_declencheurs(*, using: str, **_: Any) -> None:
    """Tables of every room exist by now, whatever migration came last."""
    from fce.sauvegarde.retraits.declencheurs import poser

    if using == "default":
        poser()
