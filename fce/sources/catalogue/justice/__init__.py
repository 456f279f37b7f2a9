"""Legal professions: national directory of lawyers."""

from fce.sources.declaration import Producteur

CNB = Producteur("cnb", "Conseil national des barreaux", "CNB", "https://www.cnb.avocat.fr")
