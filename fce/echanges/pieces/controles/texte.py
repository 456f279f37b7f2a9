"""A csv file: text, whose cells call nothing when a spreadsheet opens it."""

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
    """Raise PieceRefusee unless the file is text, in UTF-8 or in Windows-1252, without a formula that calls
    something."""
    octets = chemin.read_bytes()
    try:
        texte = octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        texte = octets.decode("cp1252", "replace")
    if re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffd]", texte):
        raise refuser("ce n’est pas un fichier de texte.")
    if texte.lstrip().startswith(_AUTRES):
        raise refuser("ce n’est pas un tableau en csv.")
    # Which separator its reader's spreadsheet takes is not known.
    try:
        for separateur in _SEPARATEURS:
            for cellules in csv.reader(io.StringIO(texte, newline=""), delimiter=separateur):
                if any(map(cellule_active, cellules)):
                    raise refuser("une cellule appelle un programme, une fonction ou une adresse.")
    except csv.Error as erreur:
        raise refuser("ce n’est pas un tableau en csv.") from erreur
