"""Parts of a file (``Range``, RFC 9110 §14): what a query in a Parquet file reads, and where a download goes on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

_DEMANDE: Final = re.compile(r"bytes=(?=-?[0-9])([0-9]{0,18})-([0-9]{0,18})")
_BLOC: Final = 256 * 1024
COURTE: Final = 64 * 1024**2
"""Longest part, in bytes, that counts for less than a file in the limits: a column of a group of rows is shorter."""


def courte(voulue: str) -> bool:
    bornes = _DEMANDE.fullmatch(voulue)
    if bornes is None or not bornes[2]:
        return False
    return int(bornes[2]) - int(bornes[1] or 0) < COURTE


def partie(voulue: str, chemin: Path, genre: str) -> HttpResponseBase | None:
    """The bytes of the header ``voulue``: 206, or 416 beyond the end. None: no range, or several, which nobody asks
    for; the whole file answers them."""
    if (bornes := _DEMANDE.fullmatch(voulue)) is None:
        return None
    taille = chemin.stat().st_size
    debut, fin = (int(x) if x else None for x in bornes.groups())
    if debut is None:
        debut, fin = max(0, taille - (fin or 0)), taille - 1
    fin = taille - 1 if fin is None else min(fin, taille - 1)
    if debut > fin:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{taille}"})
    entetes = {"Content-Range": f"bytes {debut}-{fin}/{taille}", "Content-Length": str(fin + 1 - debut)}
    return StreamingHttpResponse(_octets(chemin, debut, fin), status=206, content_type=genre, headers=entetes)


def _octets(chemin: Path, debut: int, fin: int) -> Iterator[bytes]:
    with chemin.open("rb") as fichier:
        fichier.seek(debut)
        while debut <= fin and (bloc := fichier.read(min(_BLOC, fin + 1 - debut))):
            yield bloc
            debut += len(bloc)
