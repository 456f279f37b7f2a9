from django.apps import AppConfig


class RapprochementConfig(AppConfig):
    name = "fce.rapprochement"
    label = "rapprochement"
    verbose_name = "Rapprochement"
