"""Watch an S3-compatible bucket: ``[prefixe/]<producteur>/<source>/<fichier>``.

An object appears complete, multipart uploads included, so no stability check is needed. Keys come from
``AWS_ACCESS_KEY_ID`` and ``AWS_SECRET_ACCESS_KEY``.
"""

import datetime
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings

from fce.donnees.imports.travaux.surveillance import (
    REFUSES,
    TRAITES,
    Trouve,
    acceptable,
    horodatage,
    prendre,
    source_du_dossier,
)
from fce.socle.erreurs import ParametreInvalide, SourceIndisponible
from fce.sources.declaration import Source

Progression = Callable[[str, int, int], None]


def seau_et_prefixe() -> tuple[str, str]:
    """(bucket, prefix with its final slash) of ``FCE_DEPOTS_S3``, written ``s3://seau/prefixe``."""
    nom, _, prefixe = settings.FCE_DEPOTS_S3.removeprefix("s3://").partition("/")
    return nom, f"{prefixe.strip('/')}/" if prefixe.strip("/") else ""


def client() -> Any:
    import boto3
    from botocore.config import Config

    reglages = Config(connect_timeout=10, read_timeout=60, retries={"max_attempts": 4, "mode": "standard"})
    return boto3.client("s3", endpoint_url=settings.FCE_DEPOTS_S3_URL or None, config=reglages)


def objets(s3: Any) -> Iterator[Trouve]:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        for source, dossier in _dossiers(s3):
            _, contenu = _niveau(s3, dossier)
            for objet in contenu:
                if not objet["Key"].endswith("/") and acceptable(PurePosixPath(objet["Key"]).name):
                    yield Trouve(source.nom, objet["Key"], objet["Size"], objet["ETag"])
    except (BotoCoreError, ClientError) as erreur:
        raise SourceIndisponible(f"Le stockage des dépôts ne répond pas ({type(erreur).__name__}).") from erreur


def _dossiers(s3: Any) -> Iterator[tuple[Source, str]]:
    """(source, prefix of its files). Lists level by level, to skip the archives."""
    _, prefixe = seau_et_prefixe()
    producteurs, _ = _niveau(s3, prefixe)
    for producteur in producteurs:
        for dossier in _niveau(s3, producteur)[0]:
            try:
                yield source_du_dossier(*PurePosixPath(dossier.removeprefix(prefixe)).parts), dossier
            except ParametreInvalide:
                continue


def _niveau(s3: Any, prefixe: str) -> tuple[list[str], list[dict[str, Any]]]:
    dossiers, contenu = [], []
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=seau_et_prefixe()[0], Prefix=prefixe, Delimiter="/")
    for page in pages:
        dossiers += [commun["Prefix"] for commun in page.get("CommonPrefixes", [])]
        contenu += page.get("Contents", [])
    return dossiers, contenu


def purger(avant: datetime.datetime) -> int:
    from botocore.exceptions import BotoCoreError, ClientError

    s3, (seau, _) = client(), seau_et_prefixe()
    retires = 0
    try:
        for _source, dossier in _dossiers(s3):
            for rangement in (TRAITES, REFUSES):
                for objet in _niveau(s3, f"{dossier}{rangement}/")[1]:
                    if objet["LastModified"] < avant:
                        s3.delete_object(Bucket=seau, Key=objet["Key"])
                        retires += 1
    except (BotoCoreError, ClientError) as erreur:
        raise SourceIndisponible(f"Le stockage des dépôts ne répond pas ({type(erreur).__name__}).") from erreur
    return retires


def prendre_dans_le_seau(nom: str, cle: str, progression: Progression | None = None) -> str | None:
    """Import the object ``cle`` and move it with its report; return its new key, None if it is gone.

    Raises SourceIndisponible, and the errors of an import except refusals.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    s3, (seau, _) = client(), seau_et_prefixe()
    dossier = settings.FCE_DATA_DIR / "travaux"
    dossier.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(dir=dossier, prefix="depot-") as temporaire:
            # Keep the name: some sources read their period in it.
            fichier = Path(temporaire) / PurePosixPath(cle).name
            try:
                s3.download_file(seau, cle, str(fichier))
            except ClientError as erreur:
                if erreur.response["Error"]["Code"] in ("404", "NoSuchKey"):
                    return None
                raise
            reussi, lignes = prendre(nom, fichier, progression)
        parent = PurePosixPath(cle).parent / (TRAITES if reussi else REFUSES)
        place = str(parent / f"{horodatage()}-{PurePosixPath(cle).name}")
        s3.put_object(
            Bucket=seau,
            Key=f"{place}.rapport.txt",
            Body="\n".join(lignes).encode() + b"\n",
            ContentType="text/plain; charset=utf-8",
        )
        s3.copy({"Bucket": seau, "Key": cle}, seau, place)
        s3.delete_object(Bucket=seau, Key=cle)
    except (BotoCoreError, ClientError) as erreur:
        raise SourceIndisponible(f"Le stockage des dépôts a refusé une écriture ({type(erreur).__name__}).") from erreur
    return place
