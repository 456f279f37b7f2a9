from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "fce.demo"
    verbose_name = "Démonstration"
