"""Training bodies and their certification, published by the DGEFP."""

from fce.sources.declaration import Producteur

DGEFP = Producteur(
    "dgefp",
    "Délégation générale à l'emploi et à la formation professionnelle",
    "DGEFP",
    "https://travail-emploi.gouv.fr",
)
