"""Granian, set up for FCE: fresh worker processes, replaced when they die."""

import socket
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from granian import Granian
from granian._granian import ListenerSpec
from granian.constants import Interfaces
from granian.log import LogLevels

MORTS_TOLEREES = 30
FENETRE_S = 60.0
DELAI_D_ARRET_S = 5


class _Remplacements(dict[int, float]):
    """When workers were last replaced. Granian stops everything if one dies twice in 5.5 s; here, at 30 in a minute:
    an unlucky series of kills must not close the service, while workers that cannot start must be noticed."""

    def __init__(self) -> None:
        super().__init__()
        self._dates: deque[float] = deque(maxlen=MORTS_TOLEREES)

    def __setitem__(self, travailleur: int, date: float) -> None:
        self._dates.append(date)
        super().__setitem__(travailleur, date)

    def get(self, travailleur: int, defaut: Any = None) -> Any:
        boucle = len(self._dates) == MORTS_TOLEREES and time.monotonic() - self._dates[0] < FENETRE_S
        return time.monotonic() if boucle else defaut


class _Serveur(Granian):  # type: ignore[misc, valid-type]
    """One listening socket for all workers, held here too: while workers are replaced, connections wait their turn
    instead of being refused or reset (on Linux, granian gives each worker its own, which dies with it)."""

    def _init_shared_socket(self) -> None:
        self._ssp = None
        self._shd = ListenerSpec(self.bind_addr, self.bind_port, self.backlog).build()
        self._sfd = self._shd.get_fd()
        self._sso = socket.socket(fileno=self._sfd)
        self._sso.set_inheritable(True)


def servir(*, host: str, port: int, travailleurs: int, fils: int, pret: Callable[[], object]) -> None:
    """Serve until SIGTERM or Ctrl-C; ``pret`` is called once the port is taken. Exits 1 if workers cannot stay up."""
    serveur = _Serveur(
        "fce.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=travailleurs,
        blocking_threads=fils,
        backlog=1024,
        respawn_failed_workers=True,
        workers_kill_timeout=DELAI_D_ARRET_S,
        log_level=LogLevels.error,
    )
    serveur.respawned_wrks = _Remplacements()
    serveur.on_startup(pret)
    serveur.serve()
