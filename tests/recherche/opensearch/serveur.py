"""What is not well at the address of the cluster: a real server on loopback, that answers what a test wants."""

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ACCUEIL = {"version": {"distribution": "opensearch", "number": "3.8.0"}}
Reponse = tuple[int, Any]
"""Status, and what is answered: JSON, or text as it is."""


@contextmanager
def servir(repondre: Callable[[str], Reponse], certificat: ssl.SSLContext | None = None) -> Iterator[int]:
    """Yield the port of a server that answers to each path."""

    class Service(BaseHTTPRequestHandler):
        def _servir(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            statut, contenu = repondre(self.path)
            octets = (contenu if isinstance(contenu, str) else json.dumps(contenu)).encode()
            self.send_response(statut)
            self.send_header("Content-Type", "text/html" if isinstance(contenu, str) else "application/json")
            self.send_header("Content-Length", str(len(octets)))
            self.end_headers()
            self.wfile.write(octets)

        do_GET = do_POST = do_PUT = do_DELETE = _servir

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: the tests read what is logged."""

    class Serveur(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """A client that gave up, or refuses the certificate, hangs up: expected."""

    serveur = Serveur(("127.0.0.1", 0), Service)
    serveur.daemon_threads = True
    if certificat is not None:
        serveur.socket = certificat.wrap_socket(serveur.socket, server_side=True)
    fil = threading.Thread(target=serveur.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    fil.start()
    try:
        yield serveur.server_port
    finally:
        serveur.shutdown()
        serveur.server_close()
        fil.join()
