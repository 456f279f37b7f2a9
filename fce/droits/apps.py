from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class DroitsConfig(AppConfig):
    name = "fce.droits"
    label = "droits"
    verbose_name = "Droits"

    def ready(self) -> None:
        from fce.comptes.signaux import connecte
        from fce.droits import catalogues
        from fce.droits.adhesions import actualiser_les_groupes
        from fce.sources import registre

        catalogues.completer(registre.racines())
        connecte.connect(actualiser_les_groupes, dispatch_uid="fce.droits.adhesions")
        post_migrate.connect(_appliquer_les_privileges, sender=self, dispatch_uid="fce.droits.privileges")


def _appliquer_les_privileges(*, using: str, **_: Any) -> None:
    """Grant privileges on new tables; the views just recreated (``fce.sources``) are checked too."""
    from fce.droits.privileges import appliquer

    if using == "default":
        appliquer()
