"""RNA "Waldec": semicolon csv, one per département, alone or in a zip; a missing date is 1 January of year 1."""

from collections.abc import Iterator
from pathlib import Path

from fce.sources.catalogue.delimite import lignes_csv_ou_zip
from fce.sources.declaration import LigneBrute

SANS_DATE = ("0001-01-01", "0000-00-00")


def lire(chemin: Path) -> Iterator[LigneBrute]:
    for numero, ligne in lignes_csv_ou_zip(chemin, ("id", "siret", "titre", "date_disso", "maj_time")):
        yield numero, {nom: None if valeur in SANS_DATE else valeur for nom, valeur in ligne.items()}
