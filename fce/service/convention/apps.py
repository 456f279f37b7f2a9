from django.apps import AppConfig


class ConventionConfig(AppConfig):
    name = "fce.service.convention"
    label = "convention"
    verbose_name = "Convention de délégation"
