from django.apps import AppConfig


class EchangesConfig(AppConfig):
    name = "fce.echanges"
    label = "echanges"
    verbose_name = "Échanges"
