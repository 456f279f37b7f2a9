"""Django application of the room."""

from django.apps import AppConfig


class DroitsConfig(AppConfig):
    """Habilitations."""

    name = "fce.droits"
    label = "droits"
    verbose_name = "Droits"

    def ready(self) -> None:
        from fce.comptes.signaux import connecte
        from fce.droits.adhesions import a_la_connexion

        connecte.connect(a_la_connexion, dispatch_uid="fce.droits.adhesions")
