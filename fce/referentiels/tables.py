"""Read the CSV files of ``donnees/``."""

import csv
import gzip
from pathlib import Path

DONNEES = Path(__file__).parent / "donnees"


def lignes_de(nom: str) -> list[list[str]]:
    with open(DONNEES / nom, encoding="utf-8", newline="") as fichier:
        lignes = csv.reader(fichier, delimiter=";")
        next(lignes)
        return list(lignes)


def lignes_brutes(nom: str) -> list[str]:
    """Raw lines of a large gzip table whose fields have no quotes, without header.

    Lines stay unsplit: split rows take eight times more memory, and few are used.
    """
    return gzip.decompress((DONNEES / nom).read_bytes()).decode("utf-8").splitlines()[1:]
