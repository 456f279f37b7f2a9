"""Delimited texts read by a function of their own: how the small readers open a csv, whatever it is wrapped in.

A folder that needs nothing more reads its csv by declaration alone.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from fce.sources.declaration import LigneBrute
from fce.sources.lecture.archives import archive_zip, est_zip
from fce.sources.lecture.ouverture import blocs
from fce.sources.lecture.refus import refus


class _Flux(io.RawIOBase):
    """Bytes of a plain, gzipped or zipped text, as ``blocs`` guards and hands them out."""

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
        lus = min(len(tampon), len(self._reste))
        tampon[:lus] = self._reste[:lus]
        self._reste = self._reste[lus:]
        return lus


def lignes_csv(
    chemin: Path, attendues: Sequence[str], *, separateur: str = ";", encodage: str = "utf-8-sig"
) -> Iterator[LigneBrute]:
    """(line, {column: text}) of a csv with a header. Raises ``ImportRefuse`` when a column of ``attendues`` is missing,
    when the text is not in ``encodage`` or not a csv.

    A row that has not as many cells as the header is given empty: shifted values would be wrong ones, and an empty row
    goes to quarantine.
    """
    with io.TextIOWrapper(io.BufferedReader(_Flux(chemin)), encoding=encodage, newline="") as texte:
        yield from lignes_de(chemin, texte, attendues, separateur)


def lignes_csv_ou_zip(chemin: Path, attendues: Sequence[str], *, encodage: str = "utf-8-sig") -> Iterator[LigneBrute]:
    """(line, {column: text}) of a csv, or of a zip of several csv with one header, numbered as if one file."""
    if not est_zip(chemin):
        yield from lignes_csv(chemin, attendues, encodage=encodage)
        return
    # Read row by row: no member is too large.
    with archive_zip(chemin, membre_max=None) as archive:
        numero = 0
        for membre in sorted(nom for nom in archive.namelist() if nom.lower().endswith(".csv")):
            with io.TextIOWrapper(archive.open(membre), encoding=encodage, newline="") as texte:
                for _, ligne in lignes_de(chemin, texte, attendues, ";"):
                    numero += 1
                    yield numero, ligne
        if not numero:
            raise refus(chemin, "vide", "l'archive ne contient aucune ligne de CSV.")


def lignes_de(chemin: Path, texte: Iterable[str], attendues: Sequence[str], separateur: str) -> Iterator[LigneBrute]:
    """(line, {column: text}) of a csv already opened as text. Raises ``ImportRefuse`` as ``lignes_csv`` does."""
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
