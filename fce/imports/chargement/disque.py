"""Free disk: an import that cannot end must not begin, nor take the last bytes that the running service needs."""

import gzip
import shutil
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import psycopg

from fce.socle.erreurs import ImportRefuse
from fce.sources.lecture.archives import verifier_sommaire
from fce.sources.lecture.ouverture import genre

# Always left to the rest of the machine: logs, sorts of the running queries, WAL of other sources.
RESERVE = 512 * 1024**2
# Table and indexes against the text of the file (measured on Sirene: 1.3 to 1.6).
_EXPANSION_TABLE = 2.0
# Text against compressed file, when the archive does not tell (gzip, parquet); Sirene's zips are near 4.
_EXPANSION_ARCHIVE = 6


def octets_de_texte(fichier: Path) -> int:
    """Size of the file once unpacked, in bytes, as far as it can be told without unpacking it.

    An estimate, for the room to ask of the disk: what a file really gives is counted as it is read.
    """
    taille = fichier.stat().st_size
    try:
        sorte = genre(fichier)
        if sorte == "zip":
            verifier_sommaire(fichier)
            with zipfile.ZipFile(fichier) as archive:
                return sum(membre.file_size for membre in archive.infolist())
    except (ImportRefuse, zipfile.BadZipFile, OSError):
        return taille  # the reader will refuse it with its own words
    return taille * _EXPANSION_ARCHIVE if sorte in ("gzip", "parquet") else taille


def texte_au_plus(fichier: Path, octets: int) -> bool:
    """Whether the file gives ``octets`` bytes of text at most: what cannot be told at once is taken for more."""
    try:
        sorte = genre(fichier)
        if sorte == "gzip":
            with gzip.open(fichier) as flux:
                return len(flux.read(octets + 1)) <= octets
        return sorte in ("csv", "zip") and octets_de_texte(fichier) <= octets
    except (ImportRefuse, OSError, EOFError, zlib.error):
        return fichier.stat().st_size <= octets  # the reader will refuse it with its own words


def dossier_du_serveur(connexion: psycopg.Connection) -> Path | None:
    """Data folder of a server of this machine; None when it is elsewhere or does not say."""
    if not connexion.info.host.startswith("/"):
        return None
    try:
        ligne = connexion.execute("SELECT current_setting('data_directory', true)").fetchone()
    except psycopg.errors.InsufficientPrivilege:
        return None
    return Path(ligne[0]) if ligne and ligne[0] else None


def libre(dossier: Path) -> int:
    """Free bytes of the file system that holds ``dossier`` (its nearest parent when we may not enter it)."""
    for candidat in (dossier, *dossier.parents):
        try:
            return shutil.disk_usage(candidat).free
        except (PermissionError, FileNotFoundError):
            continue
    return shutil.disk_usage("/").free


def _go(octets: float) -> str:
    return f"{octets / 1024**3:.1f}".replace(".", ",") + " Gio"


class Disque:
    """Checks before (``verifier_avant``) and during (``verifier_pendant``) a load; both raise ImportRefuse."""

    def __init__(self, connexion: psycopg.Connection, part: float = 1.0) -> None:
        """``part``: share of the text of the file that the table keeps (``Lecteur.part``)."""
        self.dossier = dossier_du_serveur(connexion)
        self.part = part

    def verifier_avant(self, fichiers: Sequence[Path], octets_en_place: int) -> None:
        """``octets_en_place``: size of the generation in place, indexes included (0 if none)."""
        if self.dossier is None:
            return
        besoin = max(sum(map(octets_de_texte, fichiers)) * _EXPANSION_TABLE * self.part, octets_en_place * 1.1)
        disponible = libre(self.dossier)
        if disponible - RESERVE < besoin:
            raise ImportRefuse(
                f"Espace disque insuffisant : l'import demande environ {_go(besoin)} et il reste {_go(disponible)} "
                f"sur le disque de la base. Libérez de la place, puis relancez l'import.",
                seuil="disque",
            )

    def verifier_pendant(self) -> None:
        """Raise ImportRefuse when the disk of the server is about to be full, so that the service goes on."""
        if self.dossier is not None and libre(self.dossier) < RESERVE // 2:
            raise ImportRefuse(
                "Espace disque presque épuisé pendant l'import, arrêté pour que le service continue. "
                "Libérez de la place, puis relancez l'import.",
                seuil="disque",
            )
