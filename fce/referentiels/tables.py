"""Read the CSV files of ``donnees/``."""

import csv
import gzip
from pathlib import Path

DONNEES = Path(__file__).parent / "donnees"


def lire(nom: str) -> list[list[str]]:
    """Return the rows of a small table, without its header line."""
    with open(DONNEES / nom, encoding="utf-8", newline="") as fichier:
        lignes = csv.reader(fichier, delimiter=";")
        next(lignes)
        return list(lignes)


def lire_brut(nom: str) -> list[str]:
    """Return the raw lines of a big compressed table whose fields never need quotes, without its header line.

    The lines stay unsplit: a split row weighs eight times more, and few of them are ever looked at.
    """
    return gzip.decompress((DONNEES / nom).read_bytes()).decode("utf-8").splitlines()[1:]
