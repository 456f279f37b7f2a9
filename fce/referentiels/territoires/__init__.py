"""Current and former communes, départements, régions, EPCI; search of a place by name or number."""

from fce.referentiels.territoires.decoupage import (
    Commune,
    codes_communes,
    commune,
    departement,
    departement_de,
    departements,
    epci,
    epci_de,
    region,
    region_de,
    regions,
)
from fce.referentiels.territoires.lieu import Lieu
from fce.referentiels.territoires.lieux import chercher_lieux, est_un_nom_de_lieu, lieu, lieu_nomme
from fce.referentiels.territoires.tournures import dans

__all__ = [
    "Commune",
    "Lieu",
    "chercher_lieux",
    "codes_communes",
    "commune",
    "dans",
    "departement",
    "departement_de",
    "departements",
    "epci",
    "epci_de",
    "est_un_nom_de_lieu",
    "lieu",
    "lieu_nomme",
    "region",
    "region_de",
    "regions",
]
