"""INPI: national register of companies (RNE), financial ratios, beneficial owners."""

from fce.sources.declaration import Producteur
from fce.sources.presentation import Ligne

INPI = Producteur("inpi", "Institut national de la propriété industrielle", "INPI", "https://www.inpi.fr")
SANS_ADRESSE_RNE = "l'INPI ouvre ses fichiers et son API aux détenteurs d'un compte"
ORIGINE_RNE = "https://data.inpi.fr/content/editorial/Acces_API_Entreprises"
LICENCE_RNE = "Licence de réutilisation des informations du RNE (INPI)"
BASE_RNE = "code de commerce, art. L. 123-36 et suivants"


def page_inpi(ligne: Ligne) -> str | None:
    """Page of a company at the INPI, which lists the annual accounts and the deeds that it filed."""
    return f"https://data.inpi.fr/entreprises/{ligne['siren']}" if ligne["siren"] else None
