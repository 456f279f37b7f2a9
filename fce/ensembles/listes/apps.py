from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_delete


class ListesConfig(AppConfig):
    name = "fce.ensembles.listes"
    label = "listes"
    verbose_name = "Listes de travail"

    def ready(self) -> None:
        # The purge, a deleted account and the gesture all delete a list: nobody follows it any more.
        post_delete.connect(_oublier_les_suivis, sender="listes.ListeDeTravail", dispatch_uid="listes.suivi")


def _oublier_les_suivis(*, instance: Any, **_: Any) -> None:
    from fce.echanges.suivis.ensembles import oublier
    from fce.ensembles.listes.suivi import cle_de

    oublier(cle_de(instance.pk))
