from django.apps import AppConfig


class EntreprisesConfig(AppConfig):
    name = "fce.donnees.entreprises"
    label = "entreprises"
    verbose_name = "Entreprises et établissements"
