from django.apps import AppConfig


class RapprochementConfig(AppConfig):
    name = "fce.ensembles.rapprochement"
    label = "rapprochement"
    verbose_name = "Rapprochement"
