from django.apps import AppConfig


class StatistiquesConfig(AppConfig):
    name = "fce.service.statistiques"
    label = "statistiques"
    verbose_name = "Statistiques"
