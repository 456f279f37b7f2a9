"""Agence Bio: organic farming."""

from fce.sources.declaration import Producteur

AGENCE_BIO = Producteur(
    "agence-bio",
    "Agence française pour le développement et la promotion de l'agriculture biologique",
    "Agence Bio",
    "https://www.agencebio.org",
)
