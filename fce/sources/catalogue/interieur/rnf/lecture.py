"""RNF: comma csv, alone or in a zip; the day of creation may be followed by a time."""

from collections.abc import Iterator
from pathlib import Path

from fce.sources.catalogue.delimite import lignes_csv_ou_zip
from fce.sources.declaration import LigneBrute

COLONNES = ("titre", "numero_rnf", "siret", "date_creation", "adresse", "code_postal", "ville", "type_organisme")


def lire(chemin: Path) -> Iterator[LigneBrute]:
    for numero, ligne in lignes_csv_ou_zip(chemin, COLONNES, separateur=","):
        yield numero, {**ligne, "date_creation": (ligne.get("date_creation") or "")[:10] or None}
