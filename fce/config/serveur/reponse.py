"""An answer that a thread writes and the event loop sends, neither waiting for the other.

The thread never touches the connection, and the reader never holds the thread: unread data wait in memory
(``MEMOIRE``), then in a temporary file (``AVANCE_MAX``).
"""

import asyncio
import contextlib
import os
import tempfile
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from time import monotonic
from typing import Any, Final
from wsgiref.util import FileWrapper

import structlog

from fce.config.refus import en_panne

BLOC: Final = 256 * 1024
"""Largest number of bytes in one ``send``."""
MEMOIRE: Final = 512 * 1024
AVANCE_MAX: Final = 256 * 1024 * 1024
"""Bytes that the thread may write ahead of the reader before it waits."""
ENSEMBLE_MAX: Final = 1024 * 1024 * 1024
"""Bytes that all the answers of a process may keep on disk; beyond, one that has more than ``PART`` is cut."""
PART: Final = 4 * 1024 * 1024
DUREE_MAX_S: Final = 900.0
"""Seconds that a thread may spend on one answer."""
Entetes = list[tuple[str, str]]
log = structlog.get_logger("fce.serveur")


class ClientParti(Exception):
    """The client has left, or the answer cannot be produced: stop."""


class ReponseWsgi:
    """One answer. ``statut`` and ``entetes`` are set once ``attendre`` returns. ``sur_disque``: bytes of all."""

    sur_disque = 0
    _verrou = threading.Lock()

    def __init__(self, boucle: asyncio.AbstractEventLoop, dossier: Path) -> None:
        self.statut, self.entetes = "", list[tuple[str, str]]()
        self._boucle, self._reveil = boucle, asyncio.Event()
        self._change = threading.Condition()
        # ``fermer`` closes it.
        self._tampon: Any = tempfile.SpooledTemporaryFile(MEMOIRE, dir=str(dossier))  # noqa: SIM115
        self._ecrits = self._lus = self._comptes = 0
        self._limite = monotonic() + DUREE_MAX_S
        self._finie = self._ratee = self._quittee = False

    # Called by the thread

    def executer(self, application: Callable[..., Iterable[bytes]], environ: dict[str, Any]) -> None:
        """Run the application, iterate its answer and close it, all in this thread. Never raises."""
        try:
            corps = application(environ, self._commencer)
            try:
                if not (isinstance(corps, FileWrapper) and self._confier(corps.filelike)):
                    for bloc in corps:
                        if bloc:
                            self._ecrire(bloc)
                # Before Django closes its resources, which the reader need not wait for.
                self._terminer()
            finally:
                if (fermer := getattr(corps, "close", None)) is not None:
                    fermer()
        except BaseException as erreur:
            if not isinstance(erreur, ClientParti):
                log.error("reponse_interrompue", erreur=type(erreur).__name__)
            self._terminer(ratee=True)

    def _commencer(self, statut: str, entetes: Entetes, exc_info: Any = None) -> Callable[[bytes], None]:
        self.statut, self.entetes = statut, entetes
        return self._ecrire

    def _ecrire(self, bloc: bytes) -> None:
        with self._change:
            while self._ecrits > AVANCE_MAX and not self._quittee and self._change.wait(self._limite - monotonic()):
                pass
            if self._quittee:
                raise ClientParti
            if monotonic() > self._limite or (self._comptes > PART and ReponseWsgi.sur_disque > ENSEMBLE_MAX):
                log.warning("reponse_trop_longue", octets=self._ecrits)
                raise ClientParti
            self._tampon.seek(self._ecrits)
            self._tampon.write(bloc)
            self._ecrits += len(bloc)
            if self._ecrits <= MEMOIRE:
                return
            self._compter(self._ecrits)
        self._reveiller()

    def _compter(self, octets: int) -> None:
        with self._verrou:
            ReponseWsgi.sur_disque += octets - self._comptes
        self._comptes = octets

    def _confier(self, fichier: Any) -> bool:
        """Let the loop read a file from its current position; False when it is short or not on disk."""
        try:
            debut, fin = fichier.tell(), os.fstat(fichier.fileno()).st_size
        except (AttributeError, OSError):
            return False
        if fin - debut <= BLOC:
            return False
        with self._change:
            if self._quittee:
                raise ClientParti
            self._tampon.close()
            self._tampon = os.fdopen(os.dup(fichier.fileno()), "rb")
            self._lus, self._ecrits = debut, fin
        return True

    def _terminer(self, ratee: bool = False) -> None:
        with self._change:
            # An error in ``close``, after the whole answer, must not cut it.
            self._ratee = self._ratee or (ratee and not self._finie)
            self._finie = True
        self._reveiller()

    def _reveiller(self) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: the process is stopping
            self._boucle.call_soon_threadsafe(self._reveil.set)

    # Called by the event loop

    async def attendre(self) -> None:
        """Wait until the answer is whole, or too long to wait for. Raises RefusHttp (500) when it failed without any
        data."""
        await self._reveil.wait()
        if self._ratee and not self._ecrits:
            raise en_panne()

    def corps_entier(self) -> bytes | None:
        """Return the whole body; None when it must be read by blocks."""
        with self._change:
            if not self._finie or self._ratee or self._ecrits > BLOC:
                return None
            self._tampon.seek(0)
            return bytes(self._tampon.read())

    async def lire(self) -> bytes:
        """Return the next block, b"" at the end. Raises ClientParti when the rest cannot be produced."""
        # Not in the loop, because a disk may be slow.
        while (bloc := await asyncio.to_thread(self._lire)) is None:
            await self._reveil.wait()
        return bloc

    def _lire(self) -> bytes | None:
        """The next block; None when the thread has not written it yet."""
        with self._change:
            if self._lus < self._ecrits:
                self._tampon.seek(self._lus)
                bloc: bytes = self._tampon.read(BLOC)
                self._lus += len(bloc)
                if self._lus == self._ecrits and not self._finie:
                    self._vider()
                return bloc
            if self._ratee:
                raise ClientParti
            if self._finie:
                return b""
            self._reveil.clear()
            return None

    def _vider(self) -> None:
        self._compter(0)
        self._lus = self._ecrits = 0
        self._tampon.truncate(0)
        self._change.notify_all()

    def fermer(self) -> None:
        """Drop the answer: the thread stops at its next block."""
        with self._change:
            self._quittee = True
            self._change.notify_all()
            self._tampon.close()
            self._compter(0)
