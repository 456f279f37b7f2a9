"""ESS France: list of the companies of the social economy."""

from fce.sources.declaration import Producteur

ESS_FRANCE = Producteur(
    "ess-france",
    "ESS France, chambre française de l'économie sociale et solidaire",
    "ESS France",
    "https://www.ess-france.org",
)
