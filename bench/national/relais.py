"""The shipped nginx, over TLS, before two instances of the service that can be started again in turn.

What ops/mettre_a_jour.sh does with units: an instance leaves nginx, ends its answers, stops, comes back warm; then the
other one.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import psutil

from bench.national.execution import port_libre, service
from bench.national.lectures import Client
from bench.national.memoire import famille, pss
from tests.ops.frontal import NOM, PUBLIC, Frontal, nginx

VIDANGE_S = 60


class Instance:
    """A ``fce serve`` on a port of its own."""

    def __init__(self, port: int) -> None:
        self.port, self.pid = port, 0
        self._vie = ExitStack()

    def demarrer(self) -> None:
        """Start; return once it is warm and listens."""
        commande = ("fce.config.commande", "serve", "--port", str(self.port))
        self.pid = self._vie.enter_context(service("est servie", *commande, **PUBLIC))

    def arreter(self) -> None:
        """Stop once nothing is connected any more, or after ``VIDANGE_S``."""
        fin = time.monotonic() + VIDANGE_S
        while self._relies() and time.monotonic() < fin:
            time.sleep(0.2)
        self._vie.close()

    def _relies(self) -> bool:
        etablies = [c for c in psutil.net_connections("tcp4") if c.status == psutil.CONN_ESTABLISHED]
        return any(c.laddr and c.laddr.port == self.port for c in etablies)


class Relais:
    """nginx and its two instances."""

    def __init__(self, frontal: Frontal, instances: list[Instance]) -> None:
        self._frontal, self._instances = frontal, instances
        self._contexte = ssl.create_default_context(cafile=str(frontal.dossier / "cert.pem"))

    def ouvrir(self, rang: int) -> Client:
        """Reader number ``rang``, with an address of its own: nginx limits each address."""
        return _Lecteur(self._frontal.https, f"127.0.1.{rang + 1}", self._contexte)

    def relayer(self) -> None:
        """Start each instance again, in turn, without a request lost."""
        ports = [instance.port for instance in self._instances]
        for instance in self._instances:
            self._frontal.choisir(ports, retiree=instance.port)
            instance.arreter()
            instance.demarrer()
            self._frontal.choisir(ports)

    def memoire(self) -> int:
        """MiB of both instances."""
        return pss([p for instance in self._instances for p in famille(instance.pid)]) >> 20


class _Connexion(http.client.HTTPSConnection):
    """Connects to this machine whatever the name, from ``adresse``."""

    def __init__(self, port: int, adresse: str, contexte: ssl.SSLContext) -> None:
        super().__init__(NOM, port, timeout=60)
        self._adresse, self._contexte = adresse, contexte

    def connect(self) -> None:
        nue = socket.create_connection(("127.0.0.1", self.port), 60, source_address=(self._adresse, 0))
        self.sock = self._contexte.wrap_socket(nue, server_hostname=NOM)


class _Lecteur(Client):
    """Asks again, as browsers do, when the connection it kept was closed before any answer (RFC 9112, 9.3.1)."""

    def __init__(self, port: int, adresse: str, contexte: ssl.SSLContext) -> None:
        self._connexion = _Connexion(port, adresse, contexte)

    def demander(self, adresse: str, corps_json: str | None = None) -> tuple[int, bytes]:
        gardee = self._connexion.sock is not None
        try:
            return super().demander(adresse, corps_json)
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError, ssl.SSLEOFError):
            self.close()
            if not gardee:
                raise
            return super().demander(adresse, corps_json)


@contextmanager
def relais() -> Iterator[Relais]:
    """Two instances behind nginx during the block."""
    instances = [Instance(port_libre()) for _ in range(2)]
    with ExitStack() as vies, nginx(*(instance.port for instance in instances)) as frontal:
        for instance in instances:
            vies.callback(instance.arreter)
            instance.demarrer()
        yield Relais(frontal, instances)
