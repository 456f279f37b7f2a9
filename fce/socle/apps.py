from django.apps import AppConfig


class SocleConfig(AppConfig):
    name = "fce.socle"
    label = "socle"
    verbose_name = "Socle"
