from django.apps import AppConfig


class TerritoiresConfig(AppConfig):
    name = "fce.ensembles.territoires"
    label = "territoires"
    verbose_name = "Territoires"
