from django.apps import AppConfig


class DonneesConfig(AppConfig):
    name = "fce.donnees"
    label = "donnees"
    verbose_name = "Catalogue des données"
