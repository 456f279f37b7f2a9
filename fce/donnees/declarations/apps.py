from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class DeclarationsConfig(AppConfig):
    name = "fce.donnees.declarations"
    label = "declarations"
    verbose_name = "Déclarations"

    def ready(self) -> None:
        # Before ``imports`` re-creates the views and ``habilitations`` grants on them: see ``INSTALLED_APPS``.
        post_migrate.connect(_connaitre, sender=self, dispatch_uid="declarations")


def _connaitre(*, using: str, **_: Any) -> None:
    from fce.donnees.declarations.vigueur import relire

    if using == "default":
        relire()
