"""Clients that do not behave: bytes as they are, bodies and heads that never end, readers who do not read. And the
server that they meet, in this process when its deadlines, or its application, are others."""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator

import uvloop

from fce.config.serveur import travailleur
from fce.config.serveur.tour import Service
from fce.config.serveur.voies import Voies

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
def en_processus(application: Callable[..., Iterable[bytes]], connexions: int = 1) -> Iterator[int]:
    """The port of what a worker runs, in a thread of this process; ``connexions``: as many threads for pages, or so."""
    with socket.create_server(("127.0.0.1", 0)) as ecoute:
        ecoute.setblocking(False)
        boucle = uvloop.new_event_loop()
        service = Service(application, Voies(connexions), ecoute.getsockname()[:2])
        taches: set[asyncio.Task[None]] = set()
        accueil = boucle.create_task(travailleur._accueillir(ecoute, service, taches))
        fil = threading.Thread(target=boucle.run_forever)
        fil.start()
        yield ecoute.getsockname()[1]

        async def finir() -> None:
            accueil.cancel()
            await asyncio.wait([accueil, *taches], timeout=5)

        asyncio.run_coroutine_threadsafe(finir(), boucle).result()
        boucle.call_soon_threadsafe(boucle.stop)
        fil.join()
        boucle.close()
