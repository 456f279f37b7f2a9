"""Worker processes on one listening socket: fresh ones, replaced when they die, all stopped by one signal."""

import multiprocessing
import signal
import socket
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import connection, resource_tracker
from multiprocessing.process import BaseProcess
from types import FrameType

from fce.config.serveur.travailleur import DELAI_D_ARRET_S, travailler

EN_FILE = 1024
"""Connections that the kernel holds while workers are busy, or replaced."""
MORTS_TOLEREES = 30
FENETRE_S = 60.0
"""An unlucky series of kills must not close the service, while workers that cannot start must be noticed."""
_SIGNAUX = (signal.SIGTERM, signal.SIGINT)


def servir(*, host: str, port: int, travailleurs: int, pret: Callable[[], object]) -> None:
    """Serve until SIGTERM or Ctrl-C; ``pret`` is called once the port is taken. Exits 1 if workers cannot stay up."""
    famille, genre, _, _, adresse = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    # Held here too: while workers are replaced, connections wait their turn instead of being refused or reset.
    with socket.socket(famille, genre) as ecoute:
        ecoute.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        ecoute.bind(adresse)
        ecoute.listen(EN_FILE)
        ecoute.setblocking(False)
        sans_fin = _Equipe(ecoute, travailleurs).tenir(pret)
    if not sans_fin:
        print("Les processus qui servent les pages s’arrêtent sans cesse : voyez leurs erreurs.", file=sys.stderr)  # noqa: T201
        raise SystemExit(1)


class _Equipe:
    """The workers, as many as asked as long as nobody stops them."""

    def __init__(self, ecoute: socket.socket, nombre: int) -> None:
        self._ecoute, self._nombre = ecoute, nombre
        self._vivants: list[BaseProcess] = []
        self._morts: deque[float] = deque(maxlen=MORTS_TOLEREES)

    def tenir(self, pret: Callable[[], object]) -> bool:
        """Return True when a signal asked to stop, False when workers die again and again."""
        with _signaux() as reveil:
            for _ in range(self._nombre):
                self._lancer()
            pret()
            try:
                while not reveil.demande():
                    if not self._remplacer():
                        return False
                    connection.wait([reveil.prise, *(p.sentinel for p in self._vivants)])
                return True
            finally:
                self._arreter()

    def _lancer(self) -> None:
        # A signal for the whole group waits until the worker has said what it does of it.
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNAUX)
        try:
            processus = multiprocessing.get_context("spawn").Process(target=travailler, args=(self._ecoute,))
            processus.start()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNAUX)
        self._vivants.append(processus)

    def _remplacer(self) -> bool:
        for mort in [p for p in self._vivants if p.exitcode is not None]:
            self._vivants.remove(mort)
            self._morts.append(time.monotonic())
            if len(self._morts) == MORTS_TOLEREES and self._morts[-1] - self._morts[0] < FENETRE_S:
                return False
            self._lancer()
        return True

    def _arreter(self) -> None:
        for processus in self._vivants:
            processus.terminate()
        fin = time.monotonic() + DELAI_D_ARRET_S + 1
        for processus in self._vivants:
            processus.join(max(0.0, fin - time.monotonic()))
            if processus.is_alive():
                processus.kill()
                processus.join()


class _Reveil:
    """A socket that becomes readable when a signal arrives."""

    def __init__(self) -> None:
        self.prise, self.autre = socket.socketpair()
        self.prise.setblocking(False)
        self.autre.setblocking(False)
        self._recu = False

    def noter(self, _signal: int, _cadre: FrameType | None) -> None:
        self._recu = True

    def demande(self) -> bool:
        """Whether one has."""
        return self._recu


@contextmanager
def _signaux() -> Iterator[_Reveil]:
    # Started now, for it would take signals out of the mask later, in the middle of the start of a worker.
    resource_tracker.ensure_running()
    reveil = _Reveil()
    avant = {s: signal.signal(s, reveil.noter) for s in _SIGNAUX}
    ancien = signal.set_wakeup_fd(reveil.autre.fileno(), warn_on_full_buffer=False)
    try:
        yield reveil
    finally:
        signal.set_wakeup_fd(ancien)
        for s, traitement in avant.items():
            signal.signal(s, traitement)
        reveil.prise.close()
        reveil.autre.close()
