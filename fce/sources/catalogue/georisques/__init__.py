"""Ministry of the environment: installations classified for the protection of the environment (Géorisques)."""

from fce.sources.declaration import Producteur

DGPR = Producteur("dgpr", "Direction générale de la prévention des risques", "DGPR", "https://www.georisques.gouv.fr")
