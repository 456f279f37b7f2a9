"""Clients that do not behave: bytes as they are, bodies and heads that never end, readers who do not read. And the
server that they meet, in this process when its deadlines, or its application, are others."""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.embed import Server

from fce.exploitation.serveur import lancement, prises
from fce.exploitation.serveur.pont import Application, Pont
from fce.socle.web.routes import politique_du_chemin
from tests.config.serveur import attendre, port_libre
from tests.dossiers import TEMPORAIRES

DELAI_S = 20.0


def ouvrir(port: int, octets: bytes = b"", reception: int = 0) -> socket.socket:
    """A connection on which ``octets`` were sent. ``reception``: size of its buffer, for one who does not read."""
    prise = socket.socket()
    if reception:
        prise.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, reception)
    prise.settimeout(DELAI_S)
    prise.connect(("127.0.0.1", port))
    prise.sendall(octets)
    return prise


def jusqu_a_la_fin(prise: socket.socket, delai_s: float = DELAI_S) -> bytes:
    """All that comes until the server closes; fails if it does not."""
    recu, fin = b"", time.monotonic() + delai_s
    while True:
        prise.settimeout(max(0.01, fin - time.monotonic()))
        try:
            bloc = prise.recv(1 << 20)
        except ConnectionResetError:
            return recu
        if not bloc:
            return recu
        recu += bloc


def statut(recu: bytes) -> int:
    """Status of the first answer, 0 when there is none."""
    return int(recu.split(b" ", 2)[1]) if recu else 0


@contextlib.contextmanager
def en_processus(application: Application, connexions: int = 1, dossier: Path = TEMPORAIRES) -> Iterator[int]:
    """The port where granian and the bridge serve ``application`` from a thread of this process; ``connexions``: as
    many threads for pages, or so."""
    politique_du_chemin("/")  # a worker has loaded the views before it listens
    port, boucle = port_libre(), asyncio.new_event_loop()
    asyncio.set_event_loop(boucle)
    serveur = Server(
        Pont(application, connexions, dossier),
        port=port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=int(1000 * lancement.DELAI_TETE_S)),
        websockets=False,
        backpressure=1000,
        log_level=LogLevels.error,
    )
    fil = threading.Thread(target=boucle.run_until_complete, args=(serveur.serve(),))
    fil.start()
    try:
        attendre(lambda: _ecoute(port), 10)
        yield port
    finally:
        boucle.call_soon_threadsafe(serveur.stop)
        prises.couper_tout(port)
        fil.join()
        boucle.close()


def _ecoute(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False
