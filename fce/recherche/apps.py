from django.apps import AppConfig


class RechercheConfig(AppConfig):
    name = "fce.recherche"
    label = "recherche"
    verbose_name = "Recherche"
