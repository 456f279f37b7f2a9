"""A csv file: text, whose cells call no program when a spreadsheet opens it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from fce.echanges.pieces.controles.commun import refuser, verifier_seul

# A formula that names another program: =cmd|'/C calc'!A0 (Dynamic Data Exchange).
_APPEL: Final = re.compile(r"""(?:^|[;,\t"'])\s*[=+\-@][^;,\t\n|]{0,200}\|[^;\t\n]{0,200}!""", re.MULTILINE)
_IMAGE: Final = ("<", "%PDF", "{\\rtf", "MZ", "#!")


def verifier_csv(chemin: Path) -> None:
    """Raise PieceRefusee unless the file is text, in UTF-8 or in Windows-1252, without a formula that calls a
    program."""
    verifier_seul(chemin)
    octets = chemin.read_bytes()
    try:
        texte = octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        texte = octets.decode("cp1252", "replace")
    if any(ord(signe) < 32 and signe not in "\t\r\n" for signe in texte) or "\ufffd" in texte:
        raise refuser("ce n’est pas un fichier de texte.")
    if texte.lstrip().startswith(_IMAGE):
        raise refuser("ce n’est pas un tableau en csv.")
    if _APPEL.search(texte):
        raise refuser("une cellule appelle un programme.")
