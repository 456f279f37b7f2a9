from django.apps import AppConfig


class PortailConfig(AppConfig):
    name = "fce.portail"
    label = "portail"
    verbose_name = "Portail"
