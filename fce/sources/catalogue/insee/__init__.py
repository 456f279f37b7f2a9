"""Insee: the Sirene register, six monthly files (layout of 2026; the columns of 2020 are accepted)."""

from typing import Final

from fce.sources.declaration import Producteur
from fce.sources.presentation import Gravite

INSEE = Producteur(
    "insee", "Institut national de la statistique et des études économiques", "Insee", "https://www.insee.fr"
)
LICENCE_OUVERTE = "Licence Ouverte 2.0 (Etalab)"
ORIGINE_SIRENE = "https://www.data.gouv.fr/datasets/base-sirene-des-entreprises-et-de-leurs-etablissements-siren-siret"

GRAVITES: Final = {
    "cessation": Gravite.GRAVE,
    "creation": Gravite.ORDINAIRE,
    "ouverture": Gravite.ORDINAIRE,
    "ess": Gravite.ORDINAIRE,
    "societe_mission": Gravite.ORDINAIRE,
    "employeur": Gravite.ORDINAIRE,
}
"""How serious the kinds of events of Sirene are, on a timeline, as an alarm or as news; those left out are to be seen,
the siège that closes among them: it is an establishment that closes."""
