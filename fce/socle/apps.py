from django.apps import AppConfig


class SocleConfig(AppConfig):
    name = "fce.socle"
    label = "socle"
    verbose_name = "Socle"

    def ready(self) -> None:
        from django.db.backends.signals import connection_created

        from fce.socle.roles import a_l_ouverture

        connection_created.connect(a_l_ouverture, dispatch_uid="fce.socle.roles")
