"""The data sets of the Sirene register that this room reads: what their declarations say of each column is said there
only, its nature for the diffusion partielle included."""

from fce.sources.catalogue.insee.etablissements.source import source as ETABLISSEMENTS
from fce.sources.catalogue.insee.etablissements_historique.source import source as ETABLISSEMENTS_HISTORIQUE
from fce.sources.catalogue.insee.unites_legales.source import source as UNITES_LEGALES
from fce.sources.catalogue.insee.unites_legales_historique.source import source as UNITES_LEGALES_HISTORIQUE

__all__ = ["ETABLISSEMENTS", "ETABLISSEMENTS_HISTORIQUE", "UNITES_LEGALES", "UNITES_LEGALES_HISTORIQUE"]
