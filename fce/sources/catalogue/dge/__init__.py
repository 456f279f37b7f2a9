"""DGE: visits of the regional economic services, recovery plan."""

from fce.sources.declaration import Producteur

DGE = Producteur("dge", "Direction générale des entreprises", "DGE", "https://www.entreprises.gouv.fr")
