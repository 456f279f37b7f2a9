"""The six data sets of Sirene, read from their declarations."""

from fce.sources.catalogue.insee.doublons.source import source as DOUBLONS
from fce.sources.catalogue.insee.etablissements.source import source as ETABLISSEMENTS
from fce.sources.catalogue.insee.etablissements_historique.source import source as ETABLISSEMENTS_HISTORIQUE
from fce.sources.catalogue.insee.successions.source import source as SUCCESSIONS
from fce.sources.catalogue.insee.unites_legales.source import source as UNITES_LEGALES
from fce.sources.catalogue.insee.unites_legales_historique.source import source as UNITES_LEGALES_HISTORIQUE

__all__ = [
    "DOUBLONS",
    "ETABLISSEMENTS",
    "ETABLISSEMENTS_HISTORIQUE",
    "SUCCESSIONS",
    "UNITES_LEGALES",
    "UNITES_LEGALES_HISTORIQUE",
]
