from django.apps import AppConfig


class GestionConfig(AppConfig):
    name = "fce.gestion"
    label = "gestion"
    verbose_name = "Gestion du service"
