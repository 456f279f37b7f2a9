from django.apps import AppConfig


class DonneesConfig(AppConfig):
    name = "fce.donnees.publication"
    label = "donnees"
    verbose_name = "Catalogue des données"
