"""Storage where copies of an index are published: a folder, shared or mounted, or an S3-compatible bucket.

A write is atomic: an interrupted one leaves no key that could be read as complete.
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
BORNE = 64 << 20
"""Maximum bytes of a pointer or an inventory, so that another writer of the storage cannot fill a node's memory."""
_SEAU = re.compile(r"s3://(?P<seau>[a-z0-9][a-z0-9.-]+)(?:/(?P<prefixe>.*))?")


class Rangement(Protocol):
    """Bytes stored under keys made of letters, digits, dots and slashes. Every method raises ``SourceIndisponible``."""

    def contenu(self, cle: str) -> bytes | None:
        """Return the bytes of a key; ``None`` when it does not exist. Raises ``CopieRefusee`` beyond ``BORNE``
        bytes."""

    def parcourir(self, dossier: str) -> Iterator[tuple[str, int]]:
        """Yield the keys below a folder with their size in bytes, leftovers of interrupted writes included."""

    def ecrire(self, cle: str, contenu: bytes) -> None:
        """Write bytes under a key; replaces an existing one."""

    def deposer(self, chemin: Path, cle: str) -> None:
        """Upload a file under a key."""

    def prendre(self, cle: str, chemin: Path, octets: int) -> None:
        """Download a key into a file; raises ``CopieRefusee`` when the key is missing or does not hold ``octets``
        bytes."""

    def effacer(self, cle: str) -> None:
        """Delete a key; a missing one is not an error."""


def rangement(adresse: str) -> Rangement:
    """Return the storage that ``adresse`` names: a path, or ``s3://seau/prefixe``. Raises ``ParametreInvalide``."""
    if not adresse.startswith("s3:"):
        return RangementDossier(Path(adresse))
    trouvee = _SEAU.fullmatch(adresse)
    if trouvee is None:
        raise ParametreInvalide(f"« {adresse} » n’est pas l’adresse d’un seau : elle s’écrit « s3://seau/prefixe ».")
    return RangementS3(trouvee["seau"], (trouvee["prefixe"] or "").strip("/"))


def alteree(cle: str) -> CopieRefusee:
    """Error for content that differs from what was published."""
    return CopieRefusee(
        f"La copie de l’index est tronquée ou altérée ({cle}) : publiez-la de nouveau avec « fce index push --tout », "
        "puis relancez. L’index en service ici n’a pas changé."
    )


def absent(cle: str) -> CopieRefusee:
    """Error for a missing file of a copy."""
    return CopieRefusee(
        f"La copie de l’index est incomplète ({cle} n’y est pas) : publiez-la de nouveau avec « fce index push », "
        "puis relancez. L’index en service ici n’a pas changé."
    )


class RangementDossier:
    """A local or mounted folder."""

    def __init__(self, racine: Path) -> None:
        self._racine = racine

    def __str__(self) -> str:
        return str(self._racine)

    def contenu(self, cle: str) -> bytes | None:
        with self._disant():
            try:
                with (self._racine / cle).open("rb") as flux:
                    return _borne(flux.read(BORNE + 1), cle)
            except FileNotFoundError:
                return None

    def parcourir(self, dossier: str) -> Iterator[tuple[str, int]]:
        with self._disant():
            for chemin in sorted((self._racine / dossier).glob("*")):
                yield f"{dossier}/{chemin.name}", chemin.stat().st_size

    def ecrire(self, cle: str, contenu: bytes) -> None:
        with self._neuf(cle) as provisoire:
            provisoire.write_bytes(contenu)

    def deposer(self, chemin: Path, cle: str) -> None:
        with self._neuf(cle) as provisoire:
            shutil.copyfile(chemin, provisoire)

    def prendre(self, cle: str, chemin: Path, octets: int) -> None:
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
        with self._disant():
            (self._racine / cle).unlink(missing_ok=True)

    @contextmanager
    def _neuf(self, cle: str) -> Iterator[Path]:
        """Write a temporary file beside, then rename it."""
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
    """A bucket, with the S3 address of the deposits (``FCE_DEPOTS_S3_URL``) and the same credentials."""

    def __init__(self, seau: str, prefixe: str) -> None:
        from fce.donnees.imports.travaux.seau import client

        self._seau, self._prefixe = seau, f"{prefixe}/" if prefixe else ""
        with self._disant():
            self._client: Any = client()

    def __str__(self) -> str:
        return f"s3://{self._seau}/{self._prefixe}"

    def contenu(self, cle: str) -> bytes | None:
        from botocore.exceptions import ClientError

        with self._disant():
            try:
                octets = self._client.get_object(Bucket=self._seau, Key=self._prefixe + cle)["Body"].read(BORNE + 1)
            except ClientError as erreur:
                if erreur.response["Error"]["Code"] != "NoSuchKey":
                    raise
                return None
            return _borne(octets, cle)

    def parcourir(self, dossier: str) -> Iterator[tuple[str, int]]:
        with self._disant():
            pages = self._client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self._seau, Prefix=f"{self._prefixe}{dossier}/"):
                for objet in page.get("Contents", []):
                    yield objet["Key"].removeprefix(self._prefixe), objet["Size"]

    def ecrire(self, cle: str, contenu: bytes) -> None:
        with self._disant():
            self._client.put_object(Bucket=self._seau, Key=self._prefixe + cle, Body=contenu)

    def deposer(self, chemin: Path, cle: str) -> None:
        with self._disant():
            self._client.upload_file(str(chemin), self._seau, self._prefixe + cle)

    def prendre(self, cle: str, chemin: Path, octets: int) -> None:
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


def _borne(octets: bytes, cle: str) -> bytes:
    if len(octets) > BORNE:
        raise alteree(cle)
    return octets
