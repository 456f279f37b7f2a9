from django.apps import AppConfig


class TerritoiresConfig(AppConfig):
    name = "fce.territoires"
    label = "territoires"
    verbose_name = "Territoires"
