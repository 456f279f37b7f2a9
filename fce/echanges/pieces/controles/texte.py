"""CSV files: text, with cells that run nothing in a spreadsheet."""

import csv
import io
import re
from pathlib import Path
from typing import Final

from fce.echanges.pieces.controles import refuser
from fce.echanges.pieces.controles.formules import cellule_active

_SEPARATEURS: Final = (";", ",", "\t")
_AUTRES: Final = ("<", "%PDF", "{\\rtf", "MZ", "#!")


def verifier_csv(chemin: Path) -> None:
    """Raise PieceRefusee unless the file is UTF-8 or Windows-1252 text without an active formula."""
    octets = chemin.read_bytes()
    try:
        texte = octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        texte = octets.decode("cp1252", "replace")
    if re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffd]", texte):
        raise refuser("ce n’est pas un fichier de texte.")
    if texte.lstrip().startswith(_AUTRES):
        raise refuser("ce n’est pas un tableau en csv.")
    # The separator used by the reader's spreadsheet is unknown: try them all.
    try:
        for separateur in _SEPARATEURS:
            for cellules in csv.reader(io.StringIO(texte, newline=""), delimiter=separateur):
                if any(map(cellule_active, cellules)):
                    raise refuser("une cellule appelle un programme, une fonction ou une adresse.")
    except csv.Error as erreur:
        raise refuser("ce n’est pas un tableau en csv.") from erreur
