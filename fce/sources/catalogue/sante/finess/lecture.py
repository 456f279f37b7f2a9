"""FINESS, "etalab" extraction of establishments (cs1100502, cs1100507): semicolons, no header.

First line: ``finess;etalab;<number of the extraction>;<date of the file>``. Then one line per establishment
(``structureet``, 31 fields and a trailing separator); the variant cs1100507 adds lines of coordinates, ignored.
"""

from collections.abc import Iterator
from pathlib import Path

import structlog

from fce.sources.declaration import LigneBrute
from fce.sources.lecture.refus import refus

COLONNES = [
    "section",
    "nofinesset",
    "nofinessej",
    "rs",
    "rslongue",
    "complrs",
    "compldistrib",
    "numvoie",
    "typvoie",
    "voie",
    "compvoie",
    "lieuditbp",
    "commune",
    "departement",
    "libdepartement",
    "ligneacheminement",
    "telephone",
    "telecopie",
    "categetab",
    "libcategetab",
    "categagretab",
    "libcategagretab",
    "siret",
    "codeape",
    "codemft",
    "libmft",
    "codesph",
    "libsph",
    "dateouv",
    "dateautor",
    "datemaj",
]
DATE_FICHIER = "date du fichier"
GARDEES = frozenset(
    [
        "nofinesset",
        "nofinessej",
        "rs",
        "rslongue",
        "ligneacheminement",
        "categetab",
        "libcategetab",
        "libcategagretab",
        "siret",
        "libmft",
        "libsph",
        "dateouv",
        "dateautor",
        "datemaj",
    ]
)
"""Minimisation: address, telephone and fax are in Sirene or not shown."""

_log = structlog.get_logger(__name__)


def lire(chemin: Path) -> Iterator[LigneBrute]:
    """One row per establishment, with the date of the file; a line of another length is given empty, which sets it
    aside.

    Raises ImportRefuse when the first line is not that of an extraction.
    """
    coordonnees = 0
    with chemin.open("rb") as flux:
        premiere = _texte(flux.readline()).rstrip("\r\n").split(";")
        if len(premiere) < 4 or premiere[:2] != ["finess", "etalab"]:
            raise refus(chemin, "entete", "la première ligne attendue est « finess;etalab;…;date ».", ligne=1)
        for numero, octets in enumerate(flux, start=2):
            cellules = _texte(octets).rstrip("\r\n").split(";")
            if cellules == [""]:
                continue
            if cellules[0] == "geolocalisation":
                coordonnees += 1
                continue
            entiere = cellules[0] == "structureet" and len(COLONNES) <= len(cellules) <= len(COLONNES) + 1
            valeurs = {c: v for c, v in zip(COLONNES, cellules, strict=False) if c in GARDEES} if entiere else {}
            yield numero, {**valeurs, DATE_FICHIER: premiere[3]}
    if coordonnees:
        _log.warning("FINESS : %d ligne(s) de géolocalisation ignorée(s)", coordonnees)


def _texte(octets: bytes) -> str:
    """Latin-1, unless it is valid UTF-8: accented latin-1 almost never is, so a change by the producer is seen."""
    try:
        return octets.decode()
    except UnicodeDecodeError:
        return octets.decode("latin-1")
