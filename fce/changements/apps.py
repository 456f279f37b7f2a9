from django.apps import AppConfig


class ChangementsConfig(AppConfig):
    name = "fce.changements"
    label = "changements"
    verbose_name = "Flux des changements"
