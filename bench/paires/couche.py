"""Thin Python layer in front of a plain OpenSearch index: same parameters and JSON as the API.

One search for the page, and a second one to count the companies when the first total is exact, since it counts
documents. No framework, no client library, as many processes as ``fce serve``: a usual stack costs more.

``python -m bench.paires.couche --noeud PORT --port PORT`` serves until terminated.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec

from bench.paires import ordinaire
from bench.paires.noeud import Noeud

PROCESSUS = 2
_EN_JSON, _LIRE = msgspec.json.Encoder().encode, msgspec.json.Decoder().decode
_fil = threading.local()


class Couche(BaseHTTPRequestHandler):
    """Answers ``/recherche?q=…&departement=…&naf=…&dirigeant=…&page=…``."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # send headers and body together
    disable_nagle_algorithm = True
    noeud = 0

    def do_GET(self) -> None:
        if not hasattr(_fil, "noeud"):
            _fil.noeud = Noeud(self.noeud)
        question = dict(parse_qsl(urlsplit(self.path).query))
        corps = ordinaire.corps(question)
        lue = self._chercher(corps)
        if lue["hits"]["total"]["relation"] == "eq":
            lue["hits"]["total"]["value"] = self._chercher(ordinaire.compte(corps))["aggregations"]["entreprises"][
                "value"
            ]
        rendue = _EN_JSON(ordinaire.rendre(lue, int(question.get("page", 1))))
        self.send_response(200)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(rendue)))
        self.end_headers()
        self.wfile.write(rendue)

    @staticmethod
    def _chercher(corps: Mapping[str, Any]) -> dict[str, Any]:
        lue: dict[str, Any] = _LIRE(_fil.noeud.demander("POST", f"/{ordinaire.INDEX}/_search", _EN_JSON(corps)))
        return lue

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing."""


class _Serveur(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, ecoute: socket.socket) -> None:
        super().__init__(ecoute.getsockname(), Couche, bind_and_activate=False)
        self.socket.close()
        self.socket = ecoute


def main() -> None:
    """Serve from several processes on one listening socket."""
    analyse = argparse.ArgumentParser(description=__doc__)
    analyse.add_argument("--noeud", type=int, required=True)
    analyse.add_argument("--port", type=int, required=True)
    options = analyse.parse_args()
    Couche.noeud = options.noeud
    ecoute = socket.create_server(("127.0.0.1", options.port), backlog=1024)
    enfants = [pid for _ in range(PROCESSUS - 1) if (pid := os.fork())]
    if enfants:

        def finir(*_: object) -> None:
            for enfant in enfants:
                os.kill(enfant, signal.SIGTERM)
            os._exit(0)

        signal.signal(signal.SIGTERM, finir)
        print("prête", flush=True)
    _Serveur(ecoute).serve_forever()


if __name__ == "__main__":
    main()
