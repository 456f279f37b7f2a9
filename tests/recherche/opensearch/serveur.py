"""What is not well at the address of the cluster: a real server on loopback, that answers what a test wants."""

import json
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.serveur_http import Guichet, Serveur, en_marche

ACCUEIL = {"version": {"distribution": "opensearch", "number": "3.8.0"}}
Reponse = tuple[int, Any]
"""Status, and what is answered: JSON, or text as it is."""


@contextmanager
def servir(repondre: Callable[[str], Reponse], certificat: ssl.SSLContext | None = None) -> Iterator[int]:
    """Yield the port of a server that answers to each path."""

    class Service(Guichet):
        def _servir(self) -> None:
            self.lire()
            statut, contenu = repondre(self.path)
            octets = (contenu if isinstance(contenu, str) else json.dumps(contenu)).encode()
            genre = "text/html" if isinstance(contenu, str) else "application/json"
            self.donner(statut, octets, {"Content-Type": genre})

        do_GET = do_POST = do_PUT = do_DELETE = _servir

    serveur = Serveur(Service)
    if certificat is not None:
        serveur.socket = certificat.wrap_socket(serveur.socket, server_side=True)
    with en_marche(serveur):
        yield serveur.server_port
