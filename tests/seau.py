"""A real S3-compatible server on this machine."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from fce.donnees.imports.travaux import seau


@contextmanager
def seau_s3(nom: str, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A client with an empty bucket ``nom``; the settings give the server's address."""
    from moto.server import ThreadedMotoServer

    serveur = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    serveur.start()
    hote, port = serveur.get_host_and_port()
    for cle in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(cle, "essai")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-3")
    settings.FCE_DEPOTS_S3_URL = f"http://{hote}:{port}"
    client = seau.client()
    client.create_bucket(Bucket=nom, CreateBucketConfiguration={"LocationConstraint": "eu-west-3"})
    yield client
    client.close()
    # Storage is shared by the process: empty it for the next test.
    urllib.request.urlopen(urllib.request.Request(f"http://{hote}:{port}/moto-api/reset", method="POST")).close()
    serveur.stop()
