"""Essential data of grant agreements (décret n° 2017-779): one layout for every body that grants; the beneficiary's
number is free text."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from fce.sources.catalogue.delimite import lignes_csv_ou_zip
from fce.sources.catalogue.outils import partager
from fce.sources.declaration import LigneBrute

COMMUNES = (
    *("idAttribuant", "dateConvention", "referenceDecision", "nomBeneficiaire", "idBeneficiaire", "objet", "montant"),
    *("nature", "conditionsVersement", "datesPeriodeVersement", "idRAE", "notificationUE"),
)
BASE = "loi n° 2000-321 du 12 avril 2000, art. 10 ; décret n° 2017-779 du 5 mai 2017"


def lire_conventions(chemin: Path, colonnes: Sequence[str]) -> Iterator[LigneBrute]:
    """Rows of a comma-separated csv, or of a zip of them, with the SIREN and SIRET of the beneficiary."""
    for numero, ligne in lignes_csv_ou_zip(chemin, colonnes, separateur=","):
        siren, siret = partager(ligne.get("idBeneficiaire"))
        yield numero, {**ligne, "siren": siren, "siret": siret}
