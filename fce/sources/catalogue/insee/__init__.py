"""Insee: the Sirene register, six monthly files (layout of 2026; the columns of 2020 are accepted)."""

from fce.sources.declaration import Producteur

INSEE = Producteur(
    "insee", "Institut national de la statistique et des études économiques", "Insee", "https://www.insee.fr"
)
LICENCE_OUVERTE = "Licence Ouverte 2.0 (Etalab)"
ORIGINE_SIRENE = "https://www.data.gouv.fr/datasets/base-sirene-des-entreprises-et-de-leurs-etablissements-siren-siret"
