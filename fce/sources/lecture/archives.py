"""Zip archives from untrusted senders, checked by their directory before any decompression.

``zipfile`` never gives more than the declared size of a member, so checking the declared sizes is enough.
"""

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

from fce.sources.lecture.refus import refus

RATIO_MAXIMAL = 100
# A short file of repeated rows compresses very well.
RATIO_PLANCHER = 16 << 20
TAILLE_MEMBRE = 1 << 30
"""Decompressed bytes of a member read as one document."""
MEMBRES_MAX = 20_000
# About 100 bytes per member: bounds the objects created before the first check.
_SOMMAIRE_MAX = 4 << 20
ABIMEE = "l'archive zip est abîmée ou tronquée ; déposez-la de nouveau."
_FAUTES = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, struct.error)


def est_zip(chemin: Path) -> bool:
    return zipfile.is_zipfile(chemin)


@contextmanager
def archive_zip(
    chemin: Path, flux: IO[bytes] | None = None, *, membre_max: int | None = TAILLE_MEMBRE
) -> Iterator[zipfile.ZipFile]:
    """Open an archive whose directory is harmless. Raises ImportRefuse.

    ``flux``: the file if already open. ``membre_max``: decompressed bytes allowed per member; None when its reader has
    its own limits.
    """
    verifier_sommaire(chemin)
    try:
        with zipfile.ZipFile(flux or chemin) as archive:
            verifier_membres(chemin, archive.infolist(), membre_max)
            yield archive
    except _FAUTES as erreur:
        raise refus(chemin, "zip", ABIMEE) from erreur


def verifier_membres(chemin: Path, membres: Sequence[zipfile.ZipInfo], membre_max: int | None) -> None:
    """Raise ImportRefuse for a path outside the folder, a password, or an excessive ratio or size."""
    if len(membres) > MEMBRES_MAX:
        raise refus(chemin, "zip-contenu", f"l'archive zip contient plus de {MEMBRES_MAX} fichiers.")
    for membre in membres:
        nom = membre.filename
        if nom.startswith(("/", "\\")) or ".." in PurePosixPath(nom.replace("\\", "/")).parts or ":" in nom:
            raise refus(
                chemin, "zip-chemin", "l'archive zip contient un chemin qui sort du dossier ; elle est suspecte."
            )
        if membre.flag_bits & 1:
            raise refus(chemin, "zip-chiffre", "l'archive zip est chiffrée ; déposez-la sans mot de passe.")
        verifier_ratio(chemin, membre.file_size, membre.compress_size)
        if membre_max is not None and membre.file_size > membre_max:
            raise refus(chemin, "taille", "l'archive zip contient un fichier démesuré ; elle est suspecte.")
    # Members may share the same compressed bytes.
    verifier_ratio(chemin, sum(m.file_size for m in membres), chemin.stat().st_size)


def verifier_ratio(chemin: Path, sorti: int, entre: int) -> None:
    if sorti > RATIO_PLANCHER and sorti > RATIO_MAXIMAL * max(entre, 1):
        raise refus(chemin, "ratio", f"l'archive se dilate plus de {RATIO_MAXIMAL} fois ; elle est suspecte.")


class Degonflee(io.RawIOBase):
    """Decompressed stream that checks its ratio to the bytes consumed so far."""

    def __init__(self, chemin: Path, clair: io.BufferedIOBase, compresse: IO[bytes]) -> None:
        self._chemin, self._clair, self._compresse = chemin, clair, compresse
        self._sorti = 0

    def readable(self) -> bool:
        return True

    def readinto(self, tampon: Any) -> int:
        bloc = self._clair.read(len(tampon))
        self._sorti += len(bloc)
        verifier_ratio(self._chemin, self._sorti, self._compresse.tell())
        tampon[: len(bloc)] = bloc
        return len(bloc)


def verifier_sommaire(chemin: Path) -> None:
    """Raise ImportRefuse when the directory is missing or too long, before ``zipfile`` builds an object per entry."""
    with chemin.open("rb") as flux:
        taille = flux.seek(0, io.SEEK_END)
        flux.seek(max(0, taille - (1 << 16) - 22))
        queue = flux.read()
        fin = queue.rfind(b"PK\x05\x06")
        if fin < 0 or len(queue) < fin + 22:
            raise refus(chemin, "zip", ABIMEE)
        (sommaire,) = struct.unpack_from("<L", queue, fin + 12)
        if sommaire == 0xFFFFFFFF and queue[fin - 20 : fin - 16] == b"PK\x06\x07":
            flux.seek(min(struct.unpack_from("<Q", queue, fin - 12)[0], taille))
            longue = flux.read(56)
            sommaire = struct.unpack_from("<Q", longue, 40)[0] if len(longue) == 56 else sommaire
    if sommaire > _SOMMAIRE_MAX:
        raise refus(chemin, "zip-contenu", f"l'archive zip contient plus de {MEMBRES_MAX} fichiers.")
