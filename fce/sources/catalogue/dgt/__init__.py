"""DGT: company agreements, posted workers, labour inspection."""

from fce.sources.declaration import Producteur

DGT = Producteur("dgt", "Direction générale du travail", "DGT", "https://travail-emploi.gouv.fr")
