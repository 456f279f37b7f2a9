"""COPY in its own thread, so that PostgreSQL writes one batch while the next one is read and checked."""

import contextlib
import queue
import threading
from collections.abc import Sequence

import psycopg
from psycopg import sql

from .generations import identifiant

# Overlaps reading and writing within bounded memory.
_LOTS_EN_ATTENTE = 2
_PAS_S = 0.2
Texte = bytes | memoryview
"""Rows in csv, without header, columns in the order of the COPY."""


class CopieAbandonnee(Exception):
    """Raised inside the thread so that psycopg ends the COPY with an error."""


class Copie(threading.Thread):
    """Thread that feeds csv to one ``COPY generations.<table> FROM STDIN``.

    Call ``envoyer``, then ``terminer``; or ``abandonner`` at any time. The thread owns the connection from ``start()``
    until ``terminer`` or ``abandonner`` returns; these and ``envoyer`` raise the server's error in the caller.
    """

    def __init__(self, connexion: psycopg.Connection, table: str, colonnes: Sequence[str]) -> None:
        super().__init__(name=f"copie-{table}", daemon=True)
        self._connexion = connexion
        # FREEZE is allowed because this transaction created the table: rows and visibility map are written once.
        self._instruction = sql.SQL("COPY {} ({}) FROM STDIN WITH (FORMAT csv, FREEZE)").format(
            identifiant(table), sql.SQL(", ").join(map(sql.Identifier, colonnes))
        )
        self._file: queue.Queue[Texte | None] = queue.Queue(_LOTS_EN_ATTENTE)
        self._abandon = threading.Event()
        self._erreur: BaseException | None = None
        self.lignes = 0

    def run(self) -> None:
        try:
            with self._connexion.cursor() as curseur:
                with curseur.copy(self._instruction) as copie:
                    while (lot := self._suivant()) is not None:
                        copie.write(lot)
                self.lignes = curseur.rowcount
        except BaseException as erreur:  # re-raised in the caller
            self._erreur = erreur

    def _suivant(self) -> Texte | None:
        while True:
            if self._abandon.is_set():
                raise CopieAbandonnee
            try:
                lot = self._file.get(timeout=_PAS_S)
            except queue.Empty:
                continue
            # After ``abandonner``, a queued item only wakes the thread: it is not the end of the rows.
            if not self._abandon.is_set():
                return lot

    def envoyer(self, lot: Texte) -> None:
        self._deposer(lot)

    def terminer(self) -> int:
        """Return the number of rows the server stored."""
        self._deposer(None)
        while self.is_alive():
            self.join(_PAS_S)
        if self._erreur:
            raise self._erreur
        return self.lignes

    def abandonner(self) -> None:
        """Cancel the COPY. Raises nothing; returns within about 3 s even if the server hangs."""
        self._abandon.set()
        with contextlib.suppress(queue.Full):
            self._file.put_nowait(None)  # wakes the thread that waits for a batch
        if self.is_alive():
            self.join(1)
        if self.is_alive():
            # The thread is blocked in a write: cancel through another connection.
            with contextlib.suppress(psycopg.Error):
                self._connexion.cancel_safe(timeout=1)
            self.join(1)

    def _deposer(self, lot: Texte | None) -> None:
        while True:
            if self._erreur:
                raise self._erreur
            try:
                return self._file.put(lot, timeout=_PAS_S)
            except queue.Full:
                continue
