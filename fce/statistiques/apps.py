from django.apps import AppConfig


class StatistiquesConfig(AppConfig):
    name = "fce.statistiques"
    label = "statistiques"
    verbose_name = "Statistiques"
