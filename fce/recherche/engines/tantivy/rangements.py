"""Where copies of an index are left for other nodes: a folder, shared or mounted, or an S3-compatible bucket.

What is under a key appears whole, or not at all: a copy that stops leaves nothing that could be taken for it.
"""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from fce.socle.erreurs import CopieRefusee, ParametreInvalide, SourceIndisponible

_PARTIEL = ".partiel"
LUS_MAX = 64 << 20
"""Bytes of a pointer or of an inventory, at most: whoever else writes there does not fill the memory of a node."""
_SEAU = re.compile(r"s3://(?P<seau>[a-z0-9][a-z0-9.-]+)(?:/(?P<prefixe>.*))?")


class Rangement(Protocol):
    """Bytes under keys made of letters, digits, dots and slashes. Every method raises ``SourceIndisponible``."""

    def lire(self, cle: str) -> bytes | None:
        """Return what is under a key, ``None`` when nothing is; raises ``CopieRefusee`` beyond ``LUS_MAX`` bytes."""
        ...

    def parcourir(self, dossier: str) -> Iterator[tuple[str, int]]:
        """Yield the keys below a folder, leftovers of copies included, and their size."""
        ...

    def ecrire(self, cle: str, contenu: bytes) -> None:
        """Put bytes under a key, in the place of what was there."""
        ...

    def deposer(self, chemin: Path, cle: str) -> None:
        """Put a file under a key."""
        ...

    def prendre(self, cle: str, chemin: Path, octets: int) -> None:
        """Copy what is under a key into a file; raises ``CopieRefusee`` when nothing is, or not so many bytes."""
        ...

    def effacer(self, cle: str) -> None:
        """Erase what is under a key; nothing is no error."""
        ...


def rangement(adresse: str) -> Rangement:
    """Return the place that ``adresse`` names: a path, or ``s3://seau/prefixe``. Raises ``ParametreInvalide``."""
    if not adresse.startswith("s3:"):
        return RangementDossier(Path(adresse))
    lue = _SEAU.fullmatch(adresse)
    if lue is None:
        raise ParametreInvalide(f"« {adresse} » n’est pas l’adresse d’un seau : elle s’écrit « s3://seau/prefixe ».")
    return RangementS3(lue["seau"], (lue["prefixe"] or "").strip("/"))


def alteree(cle: str) -> CopieRefusee:
    """What is not what was published, and what to do."""
    return CopieRefusee(
        f"La copie de l’index est tronquée ou altérée ({cle}) : publiez-la de nouveau avec « fce index push --tout », "
        "puis relancez. L’index en service ici n’a pas changé."
    )


def absent(cle: str) -> CopieRefusee:
    """What is missing of a copy, and what to do."""
    return CopieRefusee(
        f"La copie de l’index est incomplète ({cle} n’y est pas) : publiez-la de nouveau avec « fce index push », "
        "puis relancez. L’index en service ici n’a pas changé."
    )


class RangementDossier:
    """A folder of this machine, or one that is mounted on it."""

    def __init__(self, racine: Path) -> None:
        self._racine = racine

    def __str__(self) -> str:
        return str(self._racine)

    def lire(self, cle: str) -> bytes | None:
        """Return what is under a key, ``None`` when nothing is."""
        with self._disant():
            try:
                with (self._racine / cle).open("rb") as flux:
                    return _borne(flux.read(LUS_MAX + 1), cle)
            except FileNotFoundError:
                return None

    def parcourir(self, dossier: str) -> Iterator[tuple[str, int]]:
        """Yield the keys below a folder, leftovers of copies included, and their size."""
        with self._disant():
            for chemin in sorted((self._racine / dossier).glob("*")):
                yield f"{dossier}/{chemin.name}", chemin.stat().st_size

    def ecrire(self, cle: str, contenu: bytes) -> None:
        """Put bytes under a key, in the place of what was there."""
        with self._neuf(cle) as provisoire:
            provisoire.write_bytes(contenu)

    def deposer(self, chemin: Path, cle: str) -> None:
        """Put a file under a key."""
        with self._neuf(cle) as provisoire:
            shutil.copyfile(chemin, provisoire)

    def prendre(self, cle: str, chemin: Path, octets: int) -> None:
        """Copy what is under a key into a file; raises ``CopieRefusee`` when nothing is, or not so many bytes."""
        with self._disant():
            try:
                source = (self._racine / cle).open("rb")
            except FileNotFoundError:
                raise absent(cle) from None
            with source:
                if os.fstat(source.fileno()).st_size != octets:
                    raise alteree(cle)
                with chemin.open("wb") as cible:
                    shutil.copyfileobj(source, cible, 1 << 20)

    def effacer(self, cle: str) -> None:
        """Erase what is under a key; nothing is no error."""
        with self._disant():
            (self._racine / cle).unlink(missing_ok=True)

    @contextmanager
    def _neuf(self, cle: str) -> Iterator[Path]:
        """A file beside, on disk, then renamed."""
        with self._disant():
            place = self._racine / cle
            place.parent.mkdir(parents=True, exist_ok=True)
            provisoire = place.with_name(f"{place.name}.{os.getpid()}{_PARTIEL}")
            try:
                yield provisoire
                with provisoire.open("rb") as ecrit:
                    os.fsync(ecrit.fileno())
                provisoire.replace(place)
            finally:
                provisoire.unlink(missing_ok=True)

    @contextmanager
    def _disant(self) -> Iterator[None]:
        try:
            yield
        except OSError as erreur:
            raise SourceIndisponible(
                f"Le dossier {self._racine} ne se laisse pas lire ou écrire ({type(erreur).__name__}) : vérifiez qu’il "
                "est monté, que le compte de FCE y a accès et que le disque a de la place."
            ) from erreur


class RangementS3:
    """A bucket, reached as that of the deposits: same address (``FCE_DEPOTS_S3_URL``), same keys."""

    def __init__(self, seau: str, prefixe: str) -> None:
        from fce.imports.travaux.seau import client

        self._seau, self._prefixe = seau, f"{prefixe}/" if prefixe else ""
        with self._disant():
            self._client: Any = client()

    def __str__(self) -> str:
        return f"s3://{self._seau}/{self._prefixe}"

    def lire(self, cle: str) -> bytes | None:
        """Return what is under a key, ``None`` when nothing is."""
        from botocore.exceptions import ClientError

        with self._disant():
            try:
                lu = self._client.get_object(Bucket=self._seau, Key=self._prefixe + cle)["Body"].read(LUS_MAX + 1)
            except ClientError as erreur:
                if erreur.response["Error"]["Code"] != "NoSuchKey":
                    raise
                return None
            return _borne(lu, cle)

    def parcourir(self, dossier: str) -> Iterator[tuple[str, int]]:
        """Yield the keys below a folder, leftovers of copies included, and their size."""
        with self._disant():
            pages = self._client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self._seau, Prefix=f"{self._prefixe}{dossier}/"):
                for objet in page.get("Contents", []):
                    yield objet["Key"].removeprefix(self._prefixe), objet["Size"]

    def ecrire(self, cle: str, contenu: bytes) -> None:
        """Put bytes under a key, in the place of what was there."""
        with self._disant():
            self._client.put_object(Bucket=self._seau, Key=self._prefixe + cle, Body=contenu)

    def deposer(self, chemin: Path, cle: str) -> None:
        """Put a file under a key."""
        with self._disant():
            self._client.upload_file(str(chemin), self._seau, self._prefixe + cle)

    def prendre(self, cle: str, chemin: Path, octets: int) -> None:
        """Copy what is under a key into a file; raises ``CopieRefusee`` when nothing is, or not so many bytes."""
        from botocore.exceptions import ClientError

        with self._disant():
            try:
                if self._client.head_object(Bucket=self._seau, Key=self._prefixe + cle)["ContentLength"] != octets:
                    raise alteree(cle)
                self._client.download_file(self._seau, self._prefixe + cle, str(chemin))
            except ClientError as erreur:
                if erreur.response["Error"]["Code"] not in ("404", "NoSuchKey"):
                    raise
                raise absent(cle) from None

    def effacer(self, cle: str) -> None:
        """Erase what is under a key; nothing is no error."""
        with self._disant():
            self._client.delete_object(Bucket=self._seau, Key=self._prefixe + cle)

    @contextmanager
    def _disant(self) -> Iterator[None]:
        from boto3.exceptions import Boto3Error
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            yield
        except (Boto3Error, BotoCoreError, ClientError) as erreur:
            raise SourceIndisponible(
                f"Le seau « {self._seau} » ne répond pas comme il faut ({type(erreur).__name__}) : vérifiez son nom, "
                "FCE_DEPOTS_S3_URL et les clés du stockage."
            ) from erreur


def _borne(lu: bytes, cle: str) -> bytes:
    if len(lu) > LUS_MAX:
        raise alteree(cle)
    return lu
