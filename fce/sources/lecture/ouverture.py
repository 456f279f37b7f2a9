"""Open a file by its first bytes, never by its name, and give its text in blocks of constant size.

Nothing is written to disk; an expansion above 100 times is refused, as is an archive that is nested, encrypted, has
unsafe paths or several tables.
"""

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from fce.socle.texte.formats import pluriel
from fce.sources.lecture.archives import ABIMEE, archive_zip, verifier_ratio
from fce.sources.lecture.refus import refus

TAILLE_BLOC = 8 << 20
EXTENSIONS_TABLE = {".csv", ".txt", ".tsv"}

_SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "excel", "c'est un classeur Excel (.xls) ; enregistrez-le en CSV UTF-8."),
    (b"\xff\xfe", "utf16", "il est encodé en UTF-16 ; enregistrez-le en UTF-8."),
    (b"\xfe\xff", "utf16", "il est encodé en UTF-16 ; enregistrez-le en UTF-8."),
    (b"%PDF", "pdf", "c'est un document PDF, pas un tableau de données."),
    (b"BZh", "compression", "la compression bzip2 n'est pas acceptée ; utilisez zip ou gzip."),
    (b"\xfd7zXZ", "compression", "la compression xz n'est pas acceptée ; utilisez zip ou gzip."),
    (b"7z\xbc\xaf\x27\x1c", "compression", "les archives 7z ne sont pas acceptées ; utilisez zip ou gzip."),
    (b"\x28\xb5\x2f\xfd", "compression", "la compression zstd n'est pas acceptée ; utilisez zip ou gzip."),
    (b"Rar!", "compression", "les archives rar ne sont pas acceptées ; utilisez zip ou gzip."),
)


def genre(chemin: Path) -> str:
    """ "csv", "gzip", "zip" or "parquet", from the first bytes. Raises ImportRefuse when empty or unreadable."""
    try:
        with chemin.open("rb") as flux:
            debut = flux.read(8)
    except OSError as erreur:
        raise refus(chemin, "illisible", f"il ne peut pas être lu ({erreur.strerror}).") from erreur
    if not debut:
        raise refus(chemin, "vide", "il est vide (0 octet).")
    if debut.startswith(b"\x1f\x8b"):
        return "gzip"
    if debut.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return "zip"
    if debut.startswith(b"PAR1"):
        return "parquet"
    return "csv"


def blocs(chemin: Path, taille: int = TAILLE_BLOC) -> Iterator[tuple[bytes, int]]:
    """Blocks of ``taille`` bytes (the last one shorter), each with the bytes of the file consumed so far.

    Raises ImportRefuse for anything but one delimited text, plain, gzipped or alone in a zip.
    """
    sorte = genre(chemin)
    with chemin.open("rb") as flux:
        source = {"gzip": _gzip, "zip": _zip}.get(sorte, _brut)(chemin, flux, taille)
        premier = True
        for bloc, place in source:
            if premier:
                _refuser_autre_chose(chemin, bloc)
                premier = False
            yield bloc, place
    if premier:
        raise refus(chemin, "vide", "il est vide une fois décompressé.")


def _refuser_autre_chose(chemin: Path, debut: bytes) -> None:
    for signature, regle, motif in _SIGNATURES:
        if debut.startswith(signature):
            raise refus(chemin, regle, motif)
    if debut.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"PAR1")) or debut[257:262] == b"ustar":
        raise refus(chemin, "imbrique", "il contient une archive dans une archive ; déposez le fichier CSV seul.")
    echantillon = debut[:4096]
    if echantillon.count(0) > len(echantillon) // 4:
        raise refus(chemin, "binaire", "ce n'est pas du texte UTF-8 (fichier binaire, ou UTF-16 sans marque).")
    texte = echantillon.removeprefix(b"\xef\xbb\xbf").lstrip()
    if texte.startswith(b"<"):
        raise refus(chemin, "html", "c'est une page HTML ou XML (souvent une page d'erreur), pas un tableau CSV.")
    if texte.startswith((b"{", b"[")):
        raise refus(chemin, "json", "c'est une réponse JSON (souvent un message d'erreur), pas un tableau CSV.")


def _brut(chemin: Path, flux: BinaryIO, taille: int) -> Iterator[tuple[bytes, int]]:
    while bloc := flux.read(taille):
        yield bloc, flux.tell()


def _gzip(chemin: Path, flux: BinaryIO, taille: int) -> Iterator[tuple[bytes, int]]:
    """All the members in sequence (RFC 1952 §2.2); zlib checks CRC and length."""
    sorti = 0
    tampon = bytearray()
    membre = zlib.decompressobj(wbits=31)
    entree = flux.read(1 << 20)
    try:
        while entree:
            tampon += membre.decompress(entree, taille)
            if membre.eof:
                entree = membre.unused_data or flux.read(1 << 20)
                if entree:
                    entree = entree if len(entree) > 1 else entree + flux.read(1 << 20)
                    if not entree.strip(b"\0") and not flux.read(1):
                        break  # zero padding of a tape or block device: valid
                    membre = zlib.decompressobj(wbits=31)
            else:
                entree = membre.unconsumed_tail or flux.read(1 << 20)
            if len(tampon) >= taille:
                sorti += len(tampon)
                verifier_ratio(chemin, sorti, flux.tell())
                yield bytes(tampon), flux.tell()
                tampon = bytearray()
        # zlib may still hold output when its input ends exactly on a block.
        while not membre.eof and (reste := membre.decompress(b"", taille)):
            tampon += reste
    except zlib.error as erreur:
        raise refus(
            chemin, "gzip", "l'archive gzip est abîmée (contrôle faux ou données parasites) ; déposez-la de nouveau."
        ) from erreur
    if not membre.eof:
        raise refus(chemin, "gzip", "l'archive gzip est tronquée ; déposez-la de nouveau.")
    verifier_ratio(chemin, sorti + len(tampon), flux.tell())
    if tampon:
        yield bytes(tampon), flux.tell()


def _zip(chemin: Path, flux: BinaryIO, taille: int) -> Iterator[tuple[bytes, int]]:
    try:
        with archive_zip(chemin, flux, membre_max=None) as archive:
            membre = _seul_tableau(chemin, archive.infolist())
            with archive.open(membre) as contenu:
                while bloc := contenu.read(taille):
                    yield bloc, flux.tell()
    except (OSError, ValueError) as erreur:
        raise refus(chemin, "zip", ABIMEE) from erreur


def _seul_tableau(chemin: Path, membres: list[zipfile.ZipInfo]) -> zipfile.ZipInfo:
    fichiers = [m for m in membres if not m.is_dir()]
    if any(m.filename == "[Content_Types].xml" for m in fichiers):
        raise refus(chemin, "excel", "c'est un classeur Excel (.xlsx) ; enregistrez-le en CSV UTF-8.")
    if not fichiers:
        raise refus(chemin, "vide", "l'archive zip est vide.")
    tableaux = [m for m in fichiers if PurePosixPath(m.filename).suffix.lower() in EXTENSIONS_TABLE]
    if not tableaux:
        raise refus(chemin, "zip-contenu", "l'archive zip ne contient aucun fichier CSV.")
    if len(tableaux) > 1:
        combien = pluriel(len(tableaux), "fichier")
        raise refus(chemin, "zip-contenu", f"l'archive zip contient {combien} CSV ; il en faut un seul.")
    return tableaux[0]
