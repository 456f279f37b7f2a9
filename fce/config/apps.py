from django.apps import AppConfig
from django.core.signals import got_request_exception


class ConfigurationConfig(AppConfig):
    name = "fce.config"
    label = "configuration"
    verbose_name = "Configuration"

    def ready(self) -> None:
        from fce.config import erreurs, sentry
        from fce.socle.erreurs import travail_echoue

        got_request_exception.connect(erreurs.journaliser, dispatch_uid="fce.erreurs")
        got_request_exception.connect(sentry.signaler_une_requete, dispatch_uid="fce.sentry")
        travail_echoue.connect(sentry.signaler_un_travail, dispatch_uid="fce.sentry")
        sentry.installer()
