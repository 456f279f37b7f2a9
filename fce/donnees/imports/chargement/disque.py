"""Free disk space: refuse an import that could not finish or would take the space the service needs."""

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

# Bytes always left to the rest of the machine: logs, sorts of running queries, WAL of other sources.
RESERVE = 512 * 1024**2
# Table and indexes, relative to the text of the file (1.3 to 1.6 measured on Sirene).
_EXPANSION_TABLE = 2.0
# Text relative to a compressed file whose format does not give it (gzip, Parquet). Sirene's zips are near 4.
_EXPANSION_ARCHIVE = 6


def octets_de_texte(fichier: Path) -> int:
    """Estimated bytes of the unpacked file, without unpacking it."""
    taille = fichier.stat().st_size
    try:
        sorte = genre(fichier)
        if sorte == "zip":
            verifier_sommaire(fichier)
            with zipfile.ZipFile(fichier) as archive:
                return sum(membre.file_size for membre in archive.infolist())
    except (ImportRefuse, zipfile.BadZipFile, OSError):
        return taille  # the reader will refuse this file
    return taille * _EXPANSION_ARCHIVE if sorte in ("gzip", "parquet") else taille


def texte_au_plus(fichier: Path, octets: int) -> bool:
    """Whether the unpacked file certainly holds at most ``octets`` bytes; False when that cannot be known quickly."""
    try:
        sorte = genre(fichier)
        if sorte == "gzip":
            with gzip.open(fichier) as flux:
                return len(flux.read(octets + 1)) <= octets
        return sorte in ("csv", "zip") and octets_de_texte(fichier) <= octets
    except (ImportRefuse, OSError, EOFError, zlib.error):
        return fichier.stat().st_size <= octets  # the reader will refuse this file


def dossier_du_serveur(connexion: psycopg.Connection) -> Path | None:
    """Data folder of a PostgreSQL server on this machine, if the role may read it; else None."""
    if not connexion.info.host.startswith("/"):
        return None
    try:
        with connexion.transaction():  # a refusal would abort the caller's transaction
            ligne = connexion.execute("SELECT current_setting('data_directory', true)").fetchone()
    except psycopg.errors.InsufficientPrivilege:
        return None
    return Path(ligne[0]) if ligne and ligne[0] else None


def libre(dossier: Path) -> int:
    for candidat in (dossier, *dossier.parents):
        try:
            return shutil.disk_usage(candidat).free
        except (PermissionError, FileNotFoundError):
            continue
    return shutil.disk_usage("/").free


def _go(octets: float) -> str:
    return f"{octets / 1024**3:.1f}".replace(".", ",") + " Gio"


class Disque:
    def __init__(self, connexion: psycopg.Connection, part: float = 1.0) -> None:
        """``part``: share of the text of the file that the table stores (``Lecteur.part``)."""
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
        if self.dossier is not None and libre(self.dossier) < RESERVE // 2:
            raise ImportRefuse(
                "Espace disque presque épuisé pendant l'import, arrêté pour que le service continue. "
                "Libérez de la place, puis relancez l'import.",
                seuil="disque",
            )
