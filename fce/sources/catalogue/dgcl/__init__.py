"""DGCL: local authorities."""

from fce.sources.declaration import Producteur

DGCL = Producteur(
    "dgcl", "Direction générale des collectivités locales", "DGCL", "https://www.collectivites-locales.gouv.fr"
)
