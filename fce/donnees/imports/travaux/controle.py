"""Check by its first bytes, never by its name, that a downloaded file has the declared format."""

import zipfile
from pathlib import Path

from fce.socle.erreurs import ImportRefuse
from fce.sources.declaration import Auto, Csv, Parquet, Source

_PAGES = (b"<!doctype html", b"<html", b"<head", b"<body")
_GZIP, _ZIP, _PARQUET = b"\x1f\x8b", b"PK\x03\x04", b"PAR1"
# First bytes of each format; anything else is text.
_ARCHIVES = {"gzip": _GZIP, "zip": _ZIP, "parquet": _PARQUET}
_PAR_EXTENSION = {
    "zip": {"zip"},
    "xlsx": {"zip"},
    "tar.gz": {"gzip"},
    "gz": {"gzip"},
    "parquet": {"parquet"},
    "json": {"texte", "gzip", "zip"},
    "xml": {"texte", "gzip", "zip"},
    # Some producers replaced their csv by a workbook: the reader of the source decides.
    "csv": {"texte", "gzip", "zip"},
}


def verifier(source: Source, fichier: Path) -> None:
    """Raise ImportRefuse, saying what the file is instead, when it cannot be the file of ``source``."""
    with fichier.open("rb") as flux:
        debut = flux.read(2048)
    if not debut.strip():
        raise ImportRefuse(f"Le fichier reçu pour {source.nom} est vide.")
    texte = debut.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if texte.startswith(_PAGES):
        raise ImportRefuse(
            f"Ce qui a été reçu pour {source.nom} est une page web, souvent une page d'erreur, pas le fichier."
        )
    genre = next((nom for nom, signature in _ARCHIVES.items() if debut.startswith(signature)), "texte")
    permis = _permis(source)
    if genre not in permis:
        raise ImportRefuse(
            f"Ce qui a été reçu pour {source.nom} est de genre « {genre} », il faut {' ou '.join(sorted(permis))}."
        )
    if genre == "texte" and isinstance(source.fichier, Csv | Auto) and texte.startswith((b"{", b"[", b"<")):
        raise ImportRefuse(
            f"Ce qui a été reçu pour {source.nom} est un message du serveur (JSON ou XML), pas un tableau CSV."
        )
    if genre == "zip" and not zipfile.is_zipfile(fichier):
        raise ImportRefuse(f"L'archive reçue pour {source.nom} est incomplète.")


def _permis(source: Source) -> set[str]:
    match source.fichier:
        case Csv():
            return {"texte", "gzip", "zip"}
        case Parquet():
            return {"parquet"}
        case Auto():
            return {"texte", "gzip", "zip", "parquet"}
    return _PAR_EXTENSION.get(source.fichier.extension.lstrip("."), {"texte", "gzip", "zip", "parquet"})
