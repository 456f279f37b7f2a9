"""DARES: data from the employers' monthly declaration (DSN)."""

from fce.sources.declaration import Producteur

DARES = Producteur(
    "dares",
    "Direction de l'animation de la recherche, des études et des statistiques",
    "DARES",
    "https://dares.travail-emploi.gouv.fr",
)
DSN = "code de la sécurité sociale, art. L. 133-5-3 (déclaration sociale nominative)"
