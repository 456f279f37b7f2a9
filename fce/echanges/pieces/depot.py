"""Storage of attachments: a folder that no web server serves, or a bucket (``FCE_PIECES_S3``). Keys are UUID, which
reveal nothing."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final

from django.conf import settings

from fce.echanges.erreurs import DepotDePiecesIndisponible

_PROVISOIRE: Final = ".recu"


def ecrire(cle: uuid.UUID, chemin: Path) -> None:
    """Store a file under a key, atomically. Raises DepotDePiecesIndisponible."""
    if settings.FCE_PIECES_S3:
        s3, seau, prefixe = _seau()
        with _disant():
            s3.upload_file(str(chemin), seau, f"{prefixe}{cle}")
        return
    place = _place(cle)
    with _disant():
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        provisoire = place.with_suffix(_PROVISOIRE)
        descripteur = os.open(provisoire, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with open(descripteur, "wb") as sortie, chemin.open("rb") as entree:
                shutil.copyfileobj(entree, sortie)
                sortie.flush()
                os.fsync(sortie.fileno())
            provisoire.rename(place)
        finally:
            provisoire.unlink(missing_ok=True)


def ouvrir(cle: uuid.UUID) -> IO[bytes]:
    """Open the bytes of a key; the caller closes them. Raises DepotDePiecesIndisponible, also when they are missing."""
    with _disant():
        if settings.FCE_PIECES_S3:
            s3, seau, prefixe = _seau()
            corps: IO[bytes] = s3.get_object(Bucket=seau, Key=f"{prefixe}{cle}")["Body"]
            return corps
        return _place(cle).open("rb")


def effacer(cle: uuid.UUID) -> None:
    """Delete the bytes of a key; a missing one is not an error. Raises DepotDePiecesIndisponible."""
    with _disant():
        if settings.FCE_PIECES_S3:
            s3, seau, prefixe = _seau()
            s3.delete_object(Bucket=seau, Key=f"{prefixe}{cle}")
        else:
            for reste in (_place(cle), _place(cle).with_suffix(_PROVISOIRE)):
                reste.unlink(missing_ok=True)


def parcourir() -> Iterator[tuple[uuid.UUID, datetime]]:
    """(key, time of storage) of everything stored. Raises DepotDePiecesIndisponible."""
    with _disant():
        if settings.FCE_PIECES_S3:
            s3, seau, prefixe = _seau()
            for page in s3.get_paginator("list_objects_v2").paginate(Bucket=seau, Prefix=prefixe):
                for objet in page.get("Contents", []):
                    with suppress(ValueError):
                        yield uuid.UUID(objet["Key"].removeprefix(prefixe)), objet["LastModified"]
            return
        for fichier in _racine().glob("[0-9a-f][0-9a-f]/*"):
            with suppress(ValueError, FileNotFoundError):
                yield uuid.UUID(fichier.stem), datetime.fromtimestamp(fichier.stat().st_mtime, UTC)


def _racine() -> Path:
    return Path(settings.FCE_PIECES_DIR)


def _place(cle: uuid.UUID) -> Path:
    # A folder per first two letters: listing a million files is slow.
    return _racine() / str(cle)[:2] / str(cle)


def _seau() -> tuple[Any, str, str]:
    """(client, bucket, prefix with its final slash); the client is that of producers' deposits."""
    from fce.donnees.imports.travaux.seau import client

    nom, _, prefixe = settings.FCE_PIECES_S3.removeprefix("s3://").partition("/")
    return client(), nom, f"{prefixe.strip('/')}/" if prefixe.strip("/") else ""


@contextmanager
def _disant() -> Iterator[None]:
    """Turn a disk or bucket failure into the sentence shown by the page."""
    try:
        yield
    except Exception as erreur:
        if not isinstance(erreur, OSError) and type(erreur).__module__.partition(".")[0] not in ("botocore", "boto3"):
            raise
        raise DepotDePiecesIndisponible(
            "Les pièces jointes ne peuvent être ni gardées ni lues pour le moment : réessayez dans quelques minutes."
        ) from erreur
