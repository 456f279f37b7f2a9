"""Health: national register of health and social establishments (FINESS)."""

from fce.sources.declaration import Producteur

ANS = Producteur("ans", "Agence du numérique en santé et DREES", "ANS", "https://finess.esante.gouv.fr")
