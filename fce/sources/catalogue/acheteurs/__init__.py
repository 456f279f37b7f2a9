"""Public buyers: consolidated essential data of their contracts (DECP)."""

from fce.sources.declaration import Producteur

ACHETEURS = Producteur("acheteurs", "Acheteurs publics (données consolidées)", "Acheteurs", "https://www.data.gouv.fr")
