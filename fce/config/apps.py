from django.apps import AppConfig
from django.core.signals import got_request_exception


class ConfigurationConfig(AppConfig):
    name = "fce.config"
    label = "configuration"
    verbose_name = "Configuration"

    def ready(self) -> None:
        from fce.config import erreurs

        got_request_exception.connect(erreurs.journaliser, dispatch_uid="fce.erreurs")
