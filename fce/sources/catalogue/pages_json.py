"""Answers of an open-data API stored in a file: one page, or several in sequence."""

import codecs
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from fce.sources.lecture.refus import refus

_COUPER = msgspec.json.Decoder(msgspec.Raw)


def enregistrements(chemin: Path, cle: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """(rank from 1, record) of every page: an object whose list ``cle`` holds the records, or a bare list.

    Raises ImportRefuse when the file is not UTF-8 or JSON, or a page has no such list.
    """
    rang = 0
    for page in pages(chemin):
        trouves = page.get(cle) if isinstance(page, dict) else page
        if not isinstance(trouves, list) or not all(isinstance(t, dict) for t in trouves):
            raise refus(chemin, "json", f"une page n'a pas la liste « {cle} » attendue.")
        for trouve in trouves:
            rang += 1
            yield rang, trouve


def en_texte(valeur: Any) -> str | None:
    """A value as a csv would write it; list items are joined by ``", "``, without empty ones."""
    if isinstance(valeur, bool):
        return "true" if valeur else "false"
    if isinstance(valeur, list):
        return ", ".join(t for t in map(en_texte, valeur) if t) or None
    return None if valeur is None else str(valeur)


def pages(chemin: Path) -> Iterator[Any]:
    """JSON values in sequence. Raises ImportRefuse when the file is not UTF-8 or JSON."""
    return map(ouvrir, pages_coupees(chemin))


def ouvrir(page: Any) -> Any:
    if not isinstance(page, msgspec.Raw):
        return page
    try:
        return msgspec.json.decode(page)
    except msgspec.DecodeError:  # a number out of range, read as infinity by Python's json
        return json.loads(bytes(page))


def pages_coupees(chemin: Path) -> Iterator[Any]:
    """JSON values in sequence, undecoded (``msgspec.Raw``), to read their records one at a time; those that only
    Python's json accepts are decoded. Raises as ``pages``."""
    octets = chemin.read_bytes().removeprefix(codecs.BOM_UTF8)
    try:
        if not octets.isascii():
            octets.decode()
    except UnicodeDecodeError as erreur:
        raise refus(chemin, "encodage", "il n'est pas en UTF-8.") from erreur
    try:
        coupees = _COUPER.decode_lines(octets)
    except (msgspec.DecodeError, RecursionError):
        # Invalid JSON that Python accepts ("NaN", half a surrogate pair), or an error to locate.
        yield from _une_a_une(chemin, octets.decode())
    else:
        yield from coupees


def _une_a_une(chemin: Path, texte: str) -> Iterator[Any]:
    decodeur = json.JSONDecoder()
    place = _passer_blancs(texte, 0)
    while place < len(texte):
        try:
            page, place = decodeur.raw_decode(texte, place)
        except json.JSONDecodeError as erreur:
            raise refus(chemin, "json", "ce n'est pas du JSON, ou il est tronqué.", ligne=erreur.lineno) from erreur
        yield page
        place = _passer_blancs(texte, place)


def _passer_blancs(texte: str, place: int) -> int:
    while place < len(texte) and texte[place] in " \t\r\n":
        place += 1
    return place
