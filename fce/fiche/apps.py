from django.apps import AppConfig


class FicheConfig(AppConfig):
    name = "fce.fiche"
    label = "fiche"
    verbose_name = "Fiche"
