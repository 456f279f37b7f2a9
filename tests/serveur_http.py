"""A real HTTP server on loopback, in a thread, that answers what a test wants."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TypeVar


class Guichet(BaseHTTPRequestHandler):
    def donner(self, statut: int, corps: bytes = b"", entetes: Mapping[str, str] | None = None) -> None:
        """Answer whole."""
        self.send_response(statut)
        for nom, valeur in (entetes or {}).items():
            self.send_header(nom, valeur)
        self.send_header("Content-Length", str(len(corps)))
        self.end_headers()
        self.wfile.write(corps)

    def lire(self) -> bytes:
        """Return the body of the request."""
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def log_message(self, *_: object) -> None:
        """Nothing: the tests read what is logged."""


class Serveur(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, guichet: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(("127.0.0.1", 0), guichet)

    @property
    def adresse(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, *_: object) -> None:
        """A client that gave up, or refuses the certificate, hangs up: expected."""


S = TypeVar("S", bound=Serveur)


@contextmanager
def en_marche(serveur: S) -> Iterator[S]:
    fil = threading.Thread(target=serveur.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    fil.start()
    try:
        yield serveur
    finally:
        serveur.shutdown()
        serveur.server_close()
        fil.join()
