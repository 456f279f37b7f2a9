"""ASP: subsidised jobs, structures of integration through economic activity."""

from fce.sources.declaration import Producteur

ASP = Producteur("asp", "Agence de services et de paiement", "ASP", "https://www.asp.gouv.fr")
