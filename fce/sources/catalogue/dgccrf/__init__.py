"""DGCCRF: controls of competition, consumption and fraud; legal metrology."""

from fce.sources.declaration import Producteur

DGCCRF = Producteur(
    "dgccrf",
    "Direction générale de la concurrence, de la consommation et de la répression des fraudes",
    "DGCCRF",
    "https://www.economie.gouv.fr/dgccrf",
)
