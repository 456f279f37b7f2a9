from django.apps import AppConfig


class GestionConfig(AppConfig):
    name = "fce.service.gestion"
    label = "gestion"
    verbose_name = "Gestion du service"
