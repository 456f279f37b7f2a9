"""Subsidies of ADEME: comma-separated csv; the beneficiary's number is free text."""

from collections.abc import Iterator
from pathlib import Path

from fce.sources.catalogue.delimite import lignes_csv
from fce.sources.catalogue.outils import partager
from fce.sources.declaration import LigneBrute

COLONNES = (
    "Nom de l attribuant",
    "idAttribuant",
    "dateConvention",
    "referenceDecision",
    "nomBeneficiaire",
    "idBeneficiaire",
    "objet",
    "dispositifAide",
    "montant",
    "nature",
    "conditionsVersement",
    "datesPeriodeVersement",
    "idRAE",
    "notificationUE",
)


def lire(chemin: Path) -> Iterator[LigneBrute]:
    for numero, ligne in lignes_csv(chemin, COLONNES, separateur=","):
        siren, siret = partager(ligne.get("idBeneficiaire"))
        yield numero, {**ligne, "siren": siren, "siret": siret}
