from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class DroitsConfig(AppConfig):
    name = "fce.droits.habilitations"
    label = "droits"
    verbose_name = "Droits"

    def ready(self) -> None:
        from fce.droits.comptes.signaux import connecte
        from fce.droits.habilitations import catalogues
        from fce.droits.habilitations.adhesions import actualiser_les_groupes
        from fce.sources import registre

        catalogues.completer(registre.racines())
        connecte.connect(actualiser_les_groupes, dispatch_uid="fce.droits.habilitations.adhesions")
        post_migrate.connect(_appliquer_les_privileges, sender=self, dispatch_uid="fce.droits.habilitations.privileges")


def _appliquer_les_privileges(*, using: str, **_: Any) -> None:
    """Grant privileges on new tables; the views just recreated (``fce.sources``) are checked too."""
    from fce.droits.habilitations.privileges import appliquer

    if using == "default":
        appliquer()
