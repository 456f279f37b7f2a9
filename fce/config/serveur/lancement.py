"""Start granian: spawns worker processes, replaces those that die, stops on one signal."""

import multiprocessing
import socket
import sys
import threading
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from granian import Granian
from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels

from fce.config.serveur.travailleur import charger

DELAI_TETE_S: Final = 10.0
"""Longest time to receive the head of a request, and longest idle time of a connection."""
TETE_MAX: Final = 64 * 1024
CONNEXIONS_MAX: Final = 3000
"""Per process, far above what the bridge handles at once; further connections wait in the kernel."""
ARRET_FORCE_S: Final = 9
"""Seconds before a worker that does not stop is killed; longer than ``travailleur.DELAI_D_ARRET_S``."""
_PAS_S: Final = 0.1


def servir(*, host: str, port: int, travailleurs: int, pret: Callable[[], object], journal: dict[str, Any]) -> None:
    """Serve until SIGTERM or Ctrl-C. ``pret`` is called once a worker listens; ``journal``: logging configuration.

    Exits with 1 when workers die as soon as they start.
    """
    # A forked worker would share locks and open files with this process.
    multiprocessing.set_start_method("spawn", force=True)
    adresse = str(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][4][0])
    serveur = Granian(
        "fce",
        address=adresse,
        port=port,
        interface=Interfaces.ASGI,
        workers=travailleurs,
        loop=Loops.asyncio,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=int(1000 * DELAI_TETE_S), max_buffer_size=TETE_MAX),
        websockets=False,
        backlog=1024,
        backpressure=CONNEXIONS_MAX,
        respawn_failed_workers=True,
        workers_kill_timeout=ARRET_FORCE_S,
        log_level=LogLevels.error,
        log_dictconfig=journal,
    )
    threading.Thread(target=_annoncer, args=(adresse, port, pret), daemon=True).start()
    try:
        serveur.serve(target_loader=partial(charger, port), wrap_loader=False)
    except SystemExit:
        print("Les processus qui servent les pages s’arrêtent sans cesse : voyez leurs erreurs.", file=sys.stderr)  # noqa: T201
        raise


def _annoncer(adresse: str, port: int, pret: Callable[[], object]) -> None:
    """Call ``pret`` once this address accepts connections."""
    attente = threading.Event()
    while not attente.wait(_PAS_S):
        try:
            socket.create_connection((adresse, port), timeout=1).close()
        except OSError:
            continue
        pret()
        return
