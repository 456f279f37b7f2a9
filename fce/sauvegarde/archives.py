"""Data beside the database: attachments, deposits, keys. Each is one encrypted file of a backup."""

from __future__ import annotations

import json
import shutil
import tarfile
import tempfile
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, Final

from django.conf import settings

from fce.donnees.imports.depots import reception
from fce.echanges.erreurs import DepotDePiecesIndisponible
from fce.echanges.pieces import depot as pieces
from fce.sauvegarde import chiffrement
from fce.sauvegarde.chiffrement import FichierChiffre
from fce.sauvegarde.erreurs import RestaurationRefusee
from fce.socle.web import cles

BASE: Final = "base.dump.age"
TABLES: Final = "tables.json.age"
PIECES: Final = "pieces.tar.age"
DEPOTS: Final = "depots.tar.age"
CLES: Final = "cles.json.age"


def archiver_les_pieces(chemin: Path) -> tuple[FichierChiffre, int]:
    """Attachments of the folder or of the bucket, by key: (file, how many). Raises DepotDePiecesIndisponible."""
    nombre = 0

    def ecrire(sortie: IO[bytes]) -> None:
        nonlocal nombre
        with tarfile.open(fileobj=sortie, mode="w|") as archive:
            for cle, quand in pieces.parcourir():
                try:
                    flux = pieces.ouvrir(cle)
                except DepotDePiecesIndisponible:
                    continue  # deleted by the nightly purge since it was listed: no row names it
                with flux, tempfile.SpooledTemporaryFile(64 << 20) as copie:
                    shutil.copyfileobj(flux, copie)
                    membre = tarfile.TarInfo(str(cle))
                    membre.size, membre.mode, membre.mtime = copie.tell(), 0o600, int(quand.timestamp())
                    copie.seek(0)
                    archive.addfile(membre, copie)
                nombre += 1

    return chiffrement.chiffrer_ce_que(ecrire, chemin), nombre


def archiver_les_depots(chemin: Path) -> tuple[FichierChiffre, int]:
    """Files that producers left, with their quarantine: (file, how many)."""
    racine, nombre = reception.racine(), 0

    def ecrire(sortie: IO[bytes]) -> None:
        nonlocal nombre
        with tarfile.open(fileobj=sortie, mode="w|") as archive:
            for fichier in sorted(racine.rglob("*")) if racine.is_dir() else ():
                if fichier.is_file() and not fichier.is_symlink():
                    try:
                        archive.add(fichier, str(fichier.relative_to(racine)), recursive=False)
                    except FileNotFoundError:
                        continue
                    nombre += 1

    return chiffrement.chiffrer_ce_que(ecrire, chemin), nombre


def archiver_les_cles(chemin: Path) -> FichierChiffre:
    """The keys without which the data cannot be used. That of the journal stays apart: whoever has both could rewrite
    the journal and its seals."""

    def ecrire(sortie: IO[bytes]) -> None:
        sortie.write(json.dumps({"FCE_SECRET_KEY": cles.toutes()}).encode())

    return chiffrement.chiffrer_ce_que(ecrire, chemin)


def remettre_les_pieces(chemin: Path, cle: Any, travail: Path) -> int:
    """Put the attachments back under their keys. Raises RestaurationRefusee, DepotDePiecesIndisponible."""

    def poser(membre: tarfile.TarInfo, contenu: Path) -> None:
        pieces.ecrire(uuid.UUID(membre.name), contenu)

    return _deballer(chemin, cle, travail, poser)


def remettre_les_depots(chemin: Path, cle: Any, travail: Path) -> int:
    """Put the files of producers back. Raises RestaurationRefusee, OSError."""
    racine = reception.racine()

    def poser(membre: tarfile.TarInfo, contenu: Path) -> None:
        place = racine / membre.name
        if not place.resolve().is_relative_to(racine.resolve()):
            raise RestaurationRefusee(
                f"{chemin.name} sort de son dossier ({membre.name}) : prenez une autre sauvegarde."
            )
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.move(contenu, place)

    return _deballer(chemin, cle, travail, poser)


def lire_les_cles(chemin: Path, cle: Any) -> list[str]:
    """Keys of the service that was saved, current one first. Raises RestaurationRefusee."""
    return list(json.loads(chiffrement.dechiffrer(chemin.read_bytes(), cle))["FCE_SECRET_KEY"])


def deja_la() -> str:
    """Name, in French, the place beside the database that already holds something; "" when none does."""
    if next(pieces.parcourir(), None) is not None:
        return settings.FCE_PIECES_S3 or str(settings.FCE_PIECES_DIR)
    racine = reception.racine()
    return str(racine) if racine.is_dir() and any(racine.iterdir()) else ""


def _deballer(chemin: Path, cle: Any, travail: Path, poser: Callable[[tarfile.TarInfo, Path], None]) -> int:
    archive = travail / chemin.stem
    chiffrement.dechiffrer_vers(chemin, cle, archive)
    nombre = 0
    with tarfile.open(archive) as contenu:
        for membre in contenu:
            lu = contenu.extractfile(membre) if membre.isreg() else None
            if lu is None:
                raise RestaurationRefusee(
                    f"{chemin.name} ne contient pas que des fichiers : prenez une autre sauvegarde."
                )
            with tempfile.NamedTemporaryFile(dir=travail, delete=False) as sortie:
                shutil.copyfileobj(lu, sortie)
            poser(membre, Path(sortie.name))
            Path(sortie.name).unlink(missing_ok=True)
            nombre += 1
    archive.unlink()
    return nombre
