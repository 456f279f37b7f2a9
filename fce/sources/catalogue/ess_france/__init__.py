"""ESS France: list of social economy companies."""

from fce.sources.declaration import Producteur

ESS_FRANCE = Producteur(
    "ess-france",
    "ESS France, chambre française de l'économie sociale et solidaire",
    "ESS France",
    "https://www.ess-france.org",
)
