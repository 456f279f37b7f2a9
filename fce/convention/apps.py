from django.apps import AppConfig


class ConventionConfig(AppConfig):
    name = "fce.convention"
    label = "convention"
    verbose_name = "Convention de délégation"
