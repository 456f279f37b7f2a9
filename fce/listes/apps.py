from django.apps import AppConfig


class ListesConfig(AppConfig):
    name = "fce.listes"
    label = "listes"
    verbose_name = "Listes de travail"
