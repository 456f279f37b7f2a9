"""Ministry of the economy: labels."""

from fce.sources.declaration import Producteur

EPV = Producteur("inma", "Institut pour les savoir-faire français", "INMA", "https://www.institut-savoirfaire.fr")
MEDIATEUR = Producteur(
    "mediateur-entreprises",
    "Médiateur des entreprises",
    "Médiateur des entreprises",
    "https://www.economie.gouv.fr/mediateur-des-entreprises",
)
