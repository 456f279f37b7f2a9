from django.apps import AppConfig


class PortailConfig(AppConfig):
    name = "fce.service.portail"
    label = "portail"
    verbose_name = "Portail"
