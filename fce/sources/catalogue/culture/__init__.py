"""Ministry of culture: declarations of organisers of live shows (PLATESV)."""

from fce.sources.declaration import Producteur

CULTURE = Producteur("culture", "Ministère de la Culture", "Culture", "https://www.culture.gouv.fr")
