"""What is expected of a file that a ministry would describe on screens: plain data, in the words of ``fce.sources``.

A column is judged at its place in the file, because headers may be merged, empty or repeated.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

FORMATS: Final = {
    # Jour, Mois and Horodatage: the pattern of ``strptime``, or the number of days of a spreadsheet.
    "%d/%m/%Y", "%m/%d/%Y", "%Y%m%d", "%Y-%m-%d", "%Y%m", "%Y-%m-%dT%H:%M:%S", "%Y", "tableur",
    # Decimal: the decimal separator.
    "virgule", "point",
    # Texte and Code: what the values are.
    "naf", "commune", "departement", "code-postal", "pays", "rna", "tva", "nir", "courriel", "telephone", "url",
}  # fmt: skip
"""Written forms. An empty format asks for nothing."""

NATURES: Final = {
    "": "", "diffusible": "", "nom": "nom", "sigle": "nom", "enseigne": "nom", "registre": "nom", "adresse": "adresse",
    "commune": "adresse", "coordonnee": "adresse", "personne": "personne", "contact": "contact", "libre": "libre",
}  # fmt: skip
"""{nature: its word on the screens}. Two natures with the same word are the same answer."""

REFUS: Final = {
    "aucune-cle": r"95\s?%",
    "cle-flottante": r"chiffres (sont )?perdus",
    "vide": r"\bvide|\b0 octet",
    "pdf": r"\bPDF\b",
    "binaire": r"\bbinaire|\bNUL\b|\b(caractère|octet)s? nuls?\b",
    "ligne-longue": r"(ligne|champ|enregistrement).*(dépasse|plus de|trop longu?|démesuré)",
    "trop-de-colonnes": r"trop de colonnes|000\s+colonnes",
    "entites": r"\bentité|\bDTD\b|\bDOCTYPE\b|suspect",
    "dilatation": r"dilate|suspect|démesuré",
    "chemin": r"\bchemin|sort du dossier",
}
"""{reason: pattern of the sentence that refuses}."""


class Colonne(NamedTuple):
    """``type``: class of ``fce.sources.champs``; ``aussi``: other classes that are right.

    ``personnelle``: tells of a natural person, so never proposed open (C0), nor kept without being asked.
    """

    nom: str
    type: str
    format: str = ""
    nature: str = ""
    personnelle: bool = False
    aussi: tuple[str, ...] = ()


class Fichier(NamedTuple):
    """``cle``: its column, with ``genre`` (« siren » or « siret »); empty when ``refus`` says why (``REFUS``).

    ``autres_cles``: columns that are keys as well: the key is a proposal, and the choice is asked.
    ``dits``: facts that the screen tells. ``entete``: line of the header, from 1. ``feuille``: sheet of a workbook.
    """

    nom: str
    famille: str
    ecrire: Callable[[Path], None]
    colonnes: tuple[Colonne, ...] = ()
    cle: str = ""
    genre: str = ""
    refus: str = ""
    autres_cles: tuple[str, ...] = ()
    dits: tuple[str, ...] = ()
    encodage: str = "utf-8"
    separateur: str = ";"
    feuille: str = ""
    entete: int = 1
    lignes: int = 200


def juste(attendue: Colonne, type_: str, format_: str, nature: str) -> bool:
    """Whether a proposal is right: its type, the format if one is expected, and the word of its nature."""
    return (
        type_ in (attendue.type, *attendue.aussi)
        and (not attendue.format or type_ != attendue.type or format_ == attendue.format)
        and NATURES.get(nature, nature) == NATURES[attendue.nature]
    )


def refuse_bien(fichier: Fichier, phrase: str) -> bool:
    """Whether the sentence that refuses a file says the expected reason."""
    return re.search(REFUS[fichier.refus], phrase) is not None
