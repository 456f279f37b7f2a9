"""DAT'IA: work accidents declared to the health insurance, by establishment."""

from fce.sources.declaration import Producteur

DATI = Producteur(
    "dati", "Ministère du travail – base DAT'IA (accidents du travail)", "DAT'IA", "https://travail-emploi.gouv.fr"
)
