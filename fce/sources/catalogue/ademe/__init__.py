"""ADEME: subsidies to companies."""

from fce.sources.declaration import Producteur

ADEME = Producteur("ademe", "Agence de la transition écologique", "ADEME", "https://www.ademe.fr")
