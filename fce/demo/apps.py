from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "fce.demo"
    label = "demo"
    verbose_name = "Univers de démonstration"
