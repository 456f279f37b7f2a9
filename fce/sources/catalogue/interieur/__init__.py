"""Ministry of the Interior: associations (RNA) and elected representatives (RNE des élus)."""

from fce.sources.declaration import Producteur

INTERIEUR = Producteur("interieur", "Ministère de l'Intérieur", "Intérieur", "https://www.interieur.gouv.fr")
