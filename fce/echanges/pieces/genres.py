"""Accepted kinds of attachments: by extension and first bytes; for office files and CSV, by content too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PurePath
from typing import Final, NamedTuple

from fce.echanges.erreurs import PieceRefusee
from fce.echanges.pieces.controles import refuser, verifier_a_part
from fce.echanges.pieces.controles.bureautique import verifier_odf, verifier_ooxml
from fce.echanges.pieces.controles.texte import verifier_csv

_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
_OASIS: Final = "application/vnd.oasis.opendocument"


class GenrePiece(NamedTuple):
    """``type_reel``: media type served; ``debut``: first bytes; ``controle``: check run in a child process, with
    arguments."""

    type_reel: str
    debut: bytes
    controle: tuple[Callable[..., None], *tuple[object, ...]] | None = None


_ZIP: Final = b"PK\x03\x04"
_JPEG: Final = GenrePiece("image/jpeg", b"\xff\xd8\xff")


def _ooxml(genre: str, document: str) -> GenrePiece:
    return GenrePiece(f"{_OFFICE}.{genre}", _ZIP, (verifier_ooxml, document))


def _odf(genre: str) -> GenrePiece:
    return GenrePiece(f"{_OASIS}.{genre}", _ZIP, (verifier_odf, f"{_OASIS}.{genre}".encode()))


GENRES_PIECE: Final = {
    ".pdf": GenrePiece("application/pdf", b"%PDF-"),
    ".png": GenrePiece("image/png", b"\x89PNG\r\n\x1a\n"),
    ".jpg": _JPEG,
    ".jpeg": _JPEG,
    ".csv": GenrePiece("text/csv", b"", (verifier_csv,)),
    ".xlsx": _ooxml("spreadsheetml.sheet", "xl/workbook.xml"),
    ".docx": _ooxml("wordprocessingml.document", "word/document.xml"),
    ".ods": _odf("spreadsheet"),
    ".odt": _odf("text"),
}
EXTENSIONS: Final = ", ".join(extension[1:].upper() for extension in GENRES_PIECE)
_EXECUTABLES: Final = frozenset(
    {
        *(".exe", ".com", ".bat", ".cmd", ".scr", ".msi", ".dll", ".lnk", ".hta", ".jar", ".js", ".mjs", ".vbs"),
        *(".ps1", ".sh", ".php", ".py", ".html", ".htm", ".svg", ".xml", ".xlsm", ".docm", ".zip", ".iso"),
    }
)
"""Forbidden before the last extension, where they disguise a file: « facture.exe.pdf »."""


def genre_de(nom: str) -> GenrePiece:
    """The kind given by a name. Raises PieceRefusee for another one, or a disguised one."""
    extensions = [suffixe.lower() for suffixe in PurePath(nom).suffixes]
    genre = GENRES_PIECE.get(extensions[-1]) if extensions else None
    if genre is None or _EXECUTABLES.intersection(extensions[:-1]):
        raise PieceRefusee(f"Cette pièce n’est pas d’un genre accepté. Joignez un fichier {EXTENSIONS}.")
    return genre


def verifier_piece(chemin: Path, nom: str) -> str:
    """Check the bytes of a file against its name and return its media type. Raises PieceRefusee."""
    genre = genre_de(nom)
    with chemin.open("rb") as flux:
        debut = flux.read(16)
    if not debut:
        raise PieceRefusee("Cette pièce est vide (0 octet).")
    if not debut.startswith(genre.debut):
        raise refuser("son contenu n’est pas celui que dit son extension.")
    if genre.controle:
        controle, *arguments = genre.controle
        verifier_a_part(controle, chemin, *arguments)
    return genre.type_reel
