from django.apps import AppConfig


class ReferentielsConfig(AppConfig):
    name = "fce.referentiels"
    verbose_name = "Référentiels"
