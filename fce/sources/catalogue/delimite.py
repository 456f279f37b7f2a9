"""Open a csv, plain or compressed, for the catalogue readers that need their own function."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from fce.sources.declaration import LigneBrute
from fce.sources.lecture.archives import archive_zip, est_zip
from fce.sources.lecture.ouverture import blocs
from fce.sources.lecture.refus import refus


class _Flux(io.RawIOBase):
    def __init__(self, chemin: Path) -> None:
        self._blocs = blocs(chemin)
        self._reste = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, tampon: Any) -> int:
        while not self._reste:
            bloc = next(self._blocs, None)
            if bloc is None:
                return 0
            self._reste = memoryview(bloc[0])
        taille = min(len(tampon), len(self._reste))
        tampon[:taille] = self._reste[:taille]
        self._reste = self._reste[taille:]
        return taille


def ouvrir_csv(chemin: Path, encodage: str) -> io.TextIOWrapper:
    """The text of a csv, plain or compressed. Reading it raises ImportRefuse for anything else."""
    return io.TextIOWrapper(io.BufferedReader(_Flux(chemin)), encoding=encodage, newline="")


def lignes_csv(
    chemin: Path, attendues: Sequence[str], *, separateur: str = ";", encodage: str = "utf-8-sig", rang: int = 1
) -> Iterator[LigneBrute]:
    """(line, {column: text}) of a csv whose header is on the line ``rang``. Raises ImportRefuse for a missing column of
    ``attendues``, a wrong encoding or an invalid csv.

    A row with a wrong number of cells is given empty, which sets it aside, because its values may be shifted.
    """
    with ouvrir_csv(chemin, encodage) as texte:
        avant = sum(1 for _ in islice(texte, rang - 1))
        for numero, ligne in lignes_de(chemin, texte, attendues, separateur):
            yield numero + avant, ligne


def lignes_csv_ou_zip(
    chemin: Path, attendues: Sequence[str], *, separateur: str = ";", encodage: str = "utf-8-sig"
) -> Iterator[LigneBrute]:
    """(line, {column: text}) of a csv, or of a zip of csv files with one header, numbered as a single file."""
    if not est_zip(chemin):
        yield from lignes_csv(chemin, attendues, separateur=separateur, encodage=encodage)
        return
    # No size limit per member, because members are read row by row.
    with archive_zip(chemin, membre_max=None) as archive:
        numero = 0
        for membre in sorted(nom for nom in archive.namelist() if nom.lower().endswith(".csv")):
            with io.TextIOWrapper(archive.open(membre), encoding=encodage, newline="") as texte:
                for _, ligne in lignes_de(chemin, texte, attendues, separateur):
                    numero += 1
                    yield numero, ligne
        if not numero:
            raise refus(chemin, "vide", "l'archive ne contient aucune ligne de CSV.")


def lignes_de(chemin: Path, texte: Iterable[str], attendues: Sequence[str], separateur: str) -> Iterator[LigneBrute]:
    lecteur = csv.reader(texte, delimiter=separateur)
    try:
        entete = [nom.strip() for nom in next(lecteur, [])]
        manquantes = [nom for nom in attendues if nom not in entete]
        if manquantes:
            raise refus(chemin, "colonnes", f"colonnes manquantes : {', '.join(manquantes)}.", ligne=1)
        for cellules in lecteur:
            if not any(cellules):
                continue
            entier = len(cellules) == len(entete)
            yield lecteur.line_num, dict(zip(entete, cellules, strict=True)) if entier else {}
    except UnicodeDecodeError as erreur:
        raise refus(chemin, "encodage", "il n'est pas dans l'encodage attendu.") from erreur
    except csv.Error as erreur:
        raise refus(chemin, "csv", "ce n'est pas un fichier CSV lisible.", ligne=lecteur.line_num) from erreur
