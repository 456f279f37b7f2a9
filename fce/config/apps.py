from django.apps import AppConfig


class ConfigurationConfig(AppConfig):
    name = "fce.config"
    label = "configuration"
    verbose_name = "Configuration"
