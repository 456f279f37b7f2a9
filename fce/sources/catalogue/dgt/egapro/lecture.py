"""Egapro's file: a workbook (first sheet) since 2022, a csv with semicolons before; the columns are the same."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from xml.etree import ElementTree as ET

from fce.sources.catalogue.delimite import lignes_csv
from fce.sources.declaration import LigneBrute
from fce.sources.lecture.refus import refus

COLONNES = ("Année", "SIREN", "Note Index")
"""Columns without which the file is another one; the others are checked with the declaration."""

_FEUILLE, _TEXTES = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
_TAILLE_MAXIMALE = 1 << 30
"""Bytes of an unzipped sheet. The official one is about 60 MB."""


def declarations(chemin: Path) -> Iterator[LigneBrute]:
    """(line of the sheet, {column: text}), whichever of the two formats. Raises ``ImportRefuse``."""
    if not zipfile.is_zipfile(chemin):
        yield from lignes_csv(chemin, COLONNES)
        return
    with zipfile.ZipFile(chemin) as classeur:
        if _FEUILLE not in classeur.namelist():
            raise refus(chemin, "classeur", "la première feuille du classeur est absente.")
        if any(partie.file_size > _TAILLE_MAXIMALE for partie in classeur.infolist()):
            raise refus(chemin, "classeur", "le classeur est trop grand (plus de 1 Go).")
        textes = _textes_partages(chemin, classeur)
        entete: dict[int, str] = {}
        with classeur.open(_FEUILLE) as flux:
            for numero, rang in _elements(chemin, flux, "row"):
                valeurs = {_rang(c.get("r", "")): _valeur(c, textes) for c in rang if _nom(c) == "c"}
                if entete:
                    if any(valeurs.values()):
                        yield int(rang.get("r") or numero), {nom: valeurs.get(i) for i, nom in entete.items()}
                    continue
                entete = {i: nom.strip() for i, nom in valeurs.items() if nom and nom.strip()}
                if manquantes := [nom for nom in COLONNES if nom not in entete.values()]:
                    raise refus(chemin, "colonnes", f"colonnes manquantes : {', '.join(manquantes)}.", ligne=1)


def _textes_partages(chemin: Path, classeur: zipfile.ZipFile) -> list[str]:
    if _TEXTES not in classeur.namelist():
        return []
    with classeur.open(_TEXTES) as flux:
        return ["".join(t.text or "" for t in si.iter() if _nom(t) == "t") for _, si in _elements(chemin, flux, "si")]


def _elements(chemin: Path, flux: IO[bytes], nom: str) -> Iterator[tuple[int, ET.Element]]:
    """Elements of that name with their rank from 1, one at a time; a document type, where entities hide, is refused."""
    if b"<!DOCTYPE" in flux.read(4096):
        raise refus(chemin, "classeur", "le classeur déclare un type de document, ce n'en est pas un d'un tableur.")
    flux.seek(0)
    numero = 0
    try:
        # External entities are never fetched, and expat (2.4.1 and later) stops one that expands without end.
        for _, element in ET.iterparse(flux):  # noqa: S314
            if _nom(element) == nom:
                numero += 1
                yield numero, element
                element.clear()
    except ET.ParseError as erreur:
        raise refus(chemin, "classeur", "la feuille n'est pas lisible (XML mal formé).") from erreur


def _nom(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _rang(reference: str) -> int:
    """Rank of the column of a cell: A1 → 1, AB7 → 28."""
    rang = 0
    for lettre in re.sub(r"[^A-Z]", "", reference):
        rang = rang * 26 + ord(lettre) - 64
    return rang


def _valeur(cellule: ET.Element, textes: list[str]) -> str | None:
    if cellule.get("t") == "inlineStr":
        return "".join(t.text or "" for t in cellule.iter() if _nom(t) == "t") or None
    brut = next((v.text for v in cellule if _nom(v) == "v"), None)
    if brut is not None and cellule.get("t") == "s":
        return textes[int(brut)] or None
    # A spreadsheet keeps whole numbers as floats: "2025.0" is the year 2025.
    return re.sub(r"\.0$", "", brut) if brut else None
