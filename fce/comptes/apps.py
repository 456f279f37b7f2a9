from django.apps import AppConfig


class ComptesConfig(AppConfig):
    name = "fce.comptes"
    label = "comptes"
    verbose_name = "Comptes"
