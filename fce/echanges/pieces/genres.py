"""Kinds of attachments that are taken: by their extension, checked by their bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePath
from typing import Final

from fce.echanges.erreurs import PieceRefusee
from fce.echanges.pieces.controles.bureautique import verifier_odf, verifier_ooxml
from fce.echanges.pieces.controles.images import verifier_jpeg, verifier_png
from fce.echanges.pieces.controles.pdf import verifier_pdf
from fce.echanges.pieces.controles.texte import verifier_csv

_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
_OASIS: Final = "application/vnd.oasis.opendocument"


@dataclass(frozen=True, slots=True)
class GenrePiece:
    """``type_reel``: media type under which it is served; ``verifier``: raises PieceRefusee when its bytes are not."""

    type_reel: str
    verifier: Callable[[Path], None]


_JPEG: Final = GenrePiece("image/jpeg", verifier_jpeg)
GENRES_PIECE: Final = {
    ".pdf": GenrePiece("application/pdf", verifier_pdf),
    ".png": GenrePiece("image/png", verifier_png),
    ".jpg": _JPEG,
    ".jpeg": _JPEG,
    ".csv": GenrePiece("text/csv", verifier_csv),
    ".xlsx": GenrePiece(f"{_OFFICE}.spreadsheetml.sheet", partial(verifier_ooxml, document="xl/workbook.xml")),
    ".docx": GenrePiece(f"{_OFFICE}.wordprocessingml.document", partial(verifier_ooxml, document="word/document.xml")),
    ".ods": GenrePiece(f"{_OASIS}.spreadsheet", partial(verifier_odf, genre=f"{_OASIS}.spreadsheet".encode())),
    ".odt": GenrePiece(f"{_OASIS}.text", partial(verifier_odf, genre=f"{_OASIS}.text".encode())),
}
EXTENSIONS: Final = ", ".join(extension[1:].upper() for extension in GENRES_PIECE)
_EXECUTABLES: Final = frozenset(
    {
        *(".exe", ".com", ".bat", ".cmd", ".scr", ".msi", ".dll", ".lnk", ".hta", ".jar", ".js", ".mjs", ".vbs"),
        *(".ps1", ".sh", ".php", ".py", ".html", ".htm", ".svg", ".xml", ".xlsm", ".docm", ".zip", ".iso"),
    }
)
"""Before the last extension, they make a file pass for another: « facture.exe.pdf »."""


def genre_de(nom: str) -> GenrePiece:
    """The kind that a name announces. Raises PieceRefusee for any other, or for two of them."""
    extensions = [suffixe.lower() for suffixe in PurePath(nom).suffixes]
    genre = GENRES_PIECE.get(extensions[-1]) if extensions else None
    if genre is None or _EXECUTABLES.intersection(extensions[:-1]):
        raise PieceRefusee(f"Cette pièce n’est pas d’un genre accepté. Joignez un fichier {EXTENSIONS}.")
    return genre


def verifier_piece(chemin: Path, nom: str) -> str:
    """Check the bytes of a file against its name and return its media type. Raises PieceRefusee."""
    genre = genre_de(nom)
    if not chemin.stat().st_size:
        raise PieceRefusee("Cette pièce est vide (0 octet).")
    genre.verifier(chemin)
    return genre.type_reel
