"""The demonstration app: a synthetic universe written in the official file layouts, then imported like real files."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "fce.demo"
    label = "demo"
    verbose_name = "Univers de démonstration"
