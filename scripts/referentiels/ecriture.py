"""Write the compact CSV files: UTF-8, ``;``, ``\\n``, one header line, reproducible to the byte."""

import csv
import gzip
import io
import re
from collections.abc import Iterable
from pathlib import Path

_BLANCS = re.compile(r"\s+")


def propre(texte: str) -> str:
    """Drop the stray blanks (double, non-breaking, trailing) that the published files carry."""
    return _BLANCS.sub(" ", texte).strip()


def ecrire(chemin: Path, entetes: tuple[str, ...], lignes: Iterable[tuple[str, ...]]) -> int:
    """Write one file (gzip when its name ends with .gz) and return its number of rows."""
    tampon = io.StringIO()
    redacteur = csv.writer(tampon, delimiter=";", lineterminator="\n")
    redacteur.writerow(entetes)
    nombre = 0
    for ligne in lignes:
        redacteur.writerow(ligne)
        nombre += 1
    contenu = tampon.getvalue().encode()
    if chemin.suffix == ".gz":
        # mtime=0: two builds of the same packages give the same bytes, so a diff shows real changes only.
        contenu = gzip.compress(contenu, compresslevel=9, mtime=0)
    chemin.write_bytes(contenu)
    return nombre
