from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from fce.config.requetes import Application
from tests.donnees.imports.depots.conftest import source, sources

__all__ = ["ApplicationLocale", "connexion_gardee", "source", "sources"]


class ApplicationLocale(Application):
    """The service as a program of this machine calls it: its requests are not limited, so that no answer is a 429."""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return super().__call__(environ | {"REMOTE_ADDR": "127.0.0.1"}, start_response)


@pytest.fixture
def connexion_gardee(db: None) -> Iterator[None]:
    """Keep the connection open around the requests of a WSGI client.

    When a transaction is open, Django closes the connection as each request begins: whatever reads the database in the
    transaction of the test would then answer 503. Django's own client prevents it in the same way.
    """
    signaux = (request_started, request_finished)
    for signal in signaux:
        signal.disconnect(close_old_connections)
    yield
    for signal in signaux:
        signal.connect(close_old_connections)
