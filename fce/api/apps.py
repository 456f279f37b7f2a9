from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "fce.api"
    verbose_name = "API"
