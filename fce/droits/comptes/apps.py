from django.apps import AppConfig


class ComptesConfig(AppConfig):
    name = "fce.droits.comptes"
    label = "comptes"
    verbose_name = "Comptes"
