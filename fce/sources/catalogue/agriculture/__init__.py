"""Ministry of agriculture: sanitary controls and approvals (DGAL)."""

from fce.sources.declaration import Producteur

DGAL = Producteur("dgal", "Direction générale de l'alimentation", "DGAL", "https://agriculture.gouv.fr")
