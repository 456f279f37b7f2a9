"""Public bodies that grant subsidies and publish them in the layout of the décret of 5 May 2017."""

from fce.sources.declaration import Producteur

ATTRIBUANTS = Producteur(
    "attribuants", "Administrations qui attribuent des subventions", "Attribuants", "https://www.data.gouv.fr"
)
