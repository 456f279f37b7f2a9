from django.apps import AppConfig


class SocleConfig(AppConfig):
    name = "fce.socle"
    label = "socle"
    verbose_name = "Socle"

    def ready(self) -> None:
        from django.db.backends.signals import connection_created

        from fce.socle.base.roles import prendre_le_role_public

        connection_created.connect(prendre_le_role_public, dispatch_uid="fce.socle.base.roles")
