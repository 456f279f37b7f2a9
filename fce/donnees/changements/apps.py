from django.apps import AppConfig


class ChangementsConfig(AppConfig):
    name = "fce.donnees.changements"
    label = "changements"
    verbose_name = "Flux des changements"
