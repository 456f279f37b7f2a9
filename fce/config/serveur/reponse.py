"""An answer on its way from the thread that makes it to its reader: at once when it is short, else by the loop, and
neither waits for the other."""

import asyncio
import contextlib
import os
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import structlog

_BLOC: Final = 256 * 1024
MEMOIRE: Final = 512 * 1024
"""Bytes of an answer kept in memory; beyond, they wait for their reader in a temporary file…"""
AVANCE_MAX: Final = 256 * 1024 * 1024
"""… up to this size; beyond, the thread waits too."""
Entetes = list[tuple[str, str]]
Expedier = Callable[[str, Entetes, bytes], bool]
log = structlog.get_logger("fce.serveur")


class ClientParti(Exception):
    """The reader has left: no use going on."""


class FichierWsgi:
    """``wsgi.file_wrapper``: a file that the loop sends by itself."""

    def __init__(self, fichier: Any, taille_de_bloc: int = 8192) -> None:
        self.fichier, self._bloc = fichier, taille_de_bloc

    def __iter__(self) -> Iterator[bytes]:
        return iter(lambda: self.fichier.read(self._bloc), b"")

    def close(self) -> None:
        self.fichier.close()


class ReponseWsgi:
    """Written by one thread; read by the loop, unless ``expedier`` (status, headers, body) sends it from the thread: it
    is asked of a short answer once it is whole, and tells whether it did.

    ``statut``, ``entetes`` are known once ``attendre`` returns, if it was not sent (``partie``).
    """

    def __init__(self, boucle: asyncio.AbstractEventLoop, expedier: Expedier) -> None:
        self.statut, self.entetes = "", list[tuple[str, str]]()
        self.descripteur = -1
        self.partie = False
        self._boucle, self._reveil = boucle, asyncio.Event()
        self._expedier = expedier
        self._change = threading.Condition()
        # Closed by ``fermer``.
        self._tampon = tempfile.SpooledTemporaryFile(MEMOIRE)  # noqa: SIM115
        self._ecrits = self._lus = 0
        self._finie = self._ratee = self._quittee = self._attendue = False

    # In the thread

    def commencer(self, statut: str, entetes: Entetes, exc_info: Any = None) -> Callable[[bytes], None]:
        """Take the status and the headers of the answer: this is ``start_response`` of WSGI (PEP 3333)."""
        self.statut, self.entetes = statut, entetes
        return self.ecrire

    def ecrire(self, bloc: bytes) -> None:
        """Add bytes; wait only when far ahead of the reader. Raises ClientParti."""
        with self._change:
            while self._ecrits > AVANCE_MAX and not self._quittee:
                self._change.wait()
            if self._quittee:
                raise ClientParti
            self._tampon.seek(self._ecrits)
            self._tampon.write(bloc)
            self._ecrits += len(bloc)
            pret = self._ecrits - self._lus >= _BLOC
        if pret:
            self._attendue = True
            self.rendre()

    def confier(self, fichier: FichierWsgi) -> bool:
        """Hand over a file: the loop sends it, from its present position. False when it is not one of the disk."""
        try:
            descripteur, debut = os.dup(fichier.fichier.fileno()), fichier.fichier.tell()
        except (AttributeError, OSError, ValueError):
            return False
        with self._change:
            if self._quittee:
                os.close(descripteur)
                raise ClientParti
            self.descripteur, self._lus = descripteur, debut
        return True

    def terminer(self, ratee: bool = False) -> None:
        """Everything has been written, or will never be."""
        if self.partie:  # what goes wrong once it was sent is no trouble of its reader
            return
        entiere: bytes | None = None
        with self._change:
            if not (ratee or self._attendue or self._quittee or self.descripteur >= 0):
                self._tampon.seek(0)
                entiere = self._tampon.read()
        self.partie = entiere is not None and self._expedier(self.statut, self.entetes, entiere)
        if not self.partie:
            with self._change:
                self._finie, self._ratee = True, self._ratee or ratee
            self.rendre()

    def oublier(self) -> None:
        """Make room for the answer to another request: this one has been sent."""
        self.partie = False
        with self._change:
            self._vider()

    def rendre(self) -> None:
        """Let the loop take over."""
        with contextlib.suppress(RuntimeError):  # the loop is closed: the process stops
            self._boucle.call_soon_threadsafe(self._reveil.set)

    # In the loop

    async def lire(self) -> bytes:
        """The next bytes, b"" at the end. Raises ClientParti when the answer cannot be made."""
        if self.descripteur >= 0:
            # In a thread: a disk may be slow. One that no page waits for.
            bloc = await self._boucle.run_in_executor(None, os.pread, self.descripteur, _BLOC, self._lus)
            self._lus += len(bloc)
            return bloc
        while True:
            with self._change:
                if self._lus < self._ecrits:
                    self._tampon.seek(self._lus)
                    bloc = self._tampon.read(_BLOC)
                    self._lus += len(bloc)
                    if self._lus == self._ecrits:
                        self._vider()
                    return bloc
                if self._finie:
                    if self._ratee:
                        raise ClientParti
                    return b""
                self._reveil.clear()
            await self._reveil.wait()

    async def attendre(self) -> None:
        """Wait until there is something to send, or nothing any more. Raises ClientParti."""
        await self._reveil.wait()
        if self._ratee and not self._ecrits:
            raise ClientParti

    def _vider(self) -> None:
        self._lus = self._ecrits = 0
        self._tampon.seek(0)
        self._tampon.truncate()
        self._change.notify_all()

    def fermer(self) -> None:
        """Nobody reads any more; the thread, if still at it, stops at its next block."""
        with self._change:
            self._quittee = True
            self._change.notify_all()
            self._tampon.close()
            if self.descripteur >= 0:
                os.close(self.descripteur)
                self.descripteur = -1


def executer(application: Callable[..., Iterable[bytes]], environ: dict[str, Any], reponse: ReponseWsgi) -> None:
    """Run the application in this thread. Never raises."""
    try:
        corps = application(environ, reponse.commencer)
        try:
            if not (isinstance(corps, FichierWsgi) and reponse.confier(corps)):
                for bloc in corps:
                    if bloc:
                        reponse.ecrire(bloc)
            # Before Django tidies up: the reader has nothing to wait for.
            reponse.terminer()
        finally:
            if (fermer := getattr(corps, "close", None)) is not None:
                fermer()
    except ClientParti:
        reponse.terminer(ratee=True)
    except Exception as erreur:
        log.error("reponse_interrompue", erreur=type(erreur).__name__)
        reponse.terminer(ratee=True)
