from django.apps import AppConfig


class ReferentielsConfig(AppConfig):
    name = "fce.referentiels"
    label = "referentiels"
    verbose_name = "Référentiels"
