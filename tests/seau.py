"""A real S3-compatible server on this machine, for what the service leaves in a bucket or takes there."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from fce.imports.travaux import seau


@contextmanager
def seau_s3(nom: str, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A client of the server, where the bucket ``nom`` is made and empty; the settings give its address."""
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
    # What is stored belongs to the process: the next test starts with nothing.
    urllib.request.urlopen(urllib.request.Request(f"http://{hote}:{port}/moto-api/reset", method="POST")).close()
    serveur.stop()
