"""PDF (ISO 32000): a document to read, that runs nothing, sends nothing and holds no other file.

What is compressed is inflated and looked at too; what cannot be looked at (encrypted, coded twice) is refused.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from fce.echanges.pieces.controles.commun import refuser, verifier_seul

# Names of an active content, all long enough never to be met by chance in compressed bytes.
_INTERDITS: Final = {
    rb"/JavaScript": "le PDF contient du JavaScript.",
    rb"/Launch": "le PDF lance un programme.",
    rb"/SubmitForm": "le PDF envoie ce qu’on y écrit.",
    rb"/ImportData": "le PDF lit d’autres fichiers.",
    rb"/RichMedia": "le PDF contient une animation.",
    rb"/Rendition": "le PDF contient un média.",
    rb"/EmbeddedFile": "le PDF contient d’autres fichiers.",
    rb"/XFA\s*[\[(0-9]": "le PDF contient un formulaire dynamique (XFA).",
}
_MOTIFS: Final = [(re.compile(motif), phrase) for motif, phrase in _INTERDITS.items()]
# The last lines of a file (§ 7.5.5): where its table is, then its end.
_FIN: Final = re.compile(rb"startxref\s+\d+\s+%%EOF")
_QUEUE: Final = 2048
_CHIFFRE: Final = re.compile(rb"/Encrypt[\s<0-9]")
_SIGNE: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_FLUX: Final = re.compile(rb"stream\r?\n")
_AUTRES_CODAGES: Final = re.compile(rb"/(?:ASCIIHexDecode|ASCII85Decode|LZWDecode|RunLengthDecode|Crypt)")
_TETE_MAX: Final = 2000
DEGONFLE_MAX: Final = 256 << 20
"""Bytes that all the compressed parts of a document may give."""
_PARTIE_MAX: Final = 64 << 20
# Sixteen megabytes at most once inflated.
_BLOC: Final = 16 << 10


def verifier_pdf(chemin: Path) -> None:
    """Raise PieceRefusee unless the file is a PDF, alone, that holds nothing active and can be looked at."""
    octets = chemin.read_bytes()
    if not octets.startswith(b"%PDF-"):
        raise refuser("ce n’est pas un document PDF.")
    if not _FIN.search(octets[-_QUEUE:]):
        raise refuser("le PDF est incomplet.")
    if _CHIFFRE.search(octets):
        raise refuser("le PDF est chiffré : enregistrez-le sans mot de passe.")
    verifier_seul(chemin)
    _verifier_texte(octets)
    for partie in _parties(octets):
        _verifier_texte(partie)


def _verifier_texte(octets: bytes) -> None:
    # A name may write any of its signs by its number: /J#61vaScript.
    lisible = _SIGNE.sub(lambda m: bytes([int(m[1], 16)]), octets)
    for motif, phrase in _MOTIFS:
        if motif.search(lisible):
            raise refuser(phrase)


def _parties(octets: bytes) -> Iterator[bytes]:
    """What the compressed parts give."""
    reste = DEGONFLE_MAX
    for trouve in _FLUX.finditer(octets):
        tete = octets[max(0, trouve.start() - _TETE_MAX) : trouve.start()].rpartition(b"obj")[2]
        tete = _SIGNE.sub(lambda m: bytes([int(m[1], 16)]), tete)
        if b"/ObjStm" in tete and _AUTRES_CODAGES.search(tete):
            raise refuser("le PDF est écrit d’une façon qui ne se vérifie pas.")
        partie = _degonfler(octets, trouve.end(), min(_PARTIE_MAX, reste))
        reste -= len(partie)
        yield partie


def _degonfler(octets: bytes, debut: int, maximum: int) -> bytes:
    """What the stream that begins there gives, b"" when it is not deflated. Its end is its own: the word « endstream »
    may be written inside."""
    lecteur, sortie = zlib.decompressobj(), bytearray()
    while debut < len(octets) and not lecteur.eof:
        try:
            sortie += lecteur.decompress(octets[debut : debut + _BLOC])
        except zlib.error:
            break  # an image, a font: coded otherwise, or damaged from here on
        debut += _BLOC
        if len(sortie) > maximum:
            raise refuser("le PDF se dilate démesurément.")
    return bytes(sortie)
