"""One small question that each request asks of the database, on a connection kept for it.

What Django does around a statement (taking a connection from the pool, trying it, giving it back) costs several times
as much as reading two rows. A web process keeps one connection for such a question, which its threads share in turn.
Whatever goes wrong with it, the question is asked as any other, and what is wrong is said there.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from time import monotonic
from typing import Any, Final

import psycopg
from django.conf import settings
from django.db import connection
from psycopg import pq, sql

from fce.socle import lectures, roles
from fce.socle.roles import Role

PAUSE_S: Final = 1.0
"""How long a server that does not answer is left alone."""
ATTENTE_S: Final = 0.05
"""How long a thread waits for the connection: another one that holds it longer is waiting for the server."""
_NOM: Final = b"question"


class QuestionConstante:
    """A SELECT of texts, without parameters. Safe to share between threads; one per process."""

    def __init__(self, requete: str) -> None:
        self._requete = requete
        self._verrou = threading.Lock()
        self._connexion: psycopg.Connection[Any] | None = None
        self._jusqu_a = 0.0

    def lire(self) -> list[tuple[str, ...]]:
        """Rows as the database of record has them now. Raises what Django raises."""
        # Elsewhere than in a web process, what is asked may be what this very transaction has written.
        if settings.FCE_ROLE == "web" and not connection.in_atomic_block and monotonic() >= self._jusqu_a:
            lues = self._sur_la_sienne()
            if lues is not None:
                return lues
        return lectures.lire(self._requete)

    def _sur_la_sienne(self) -> list[tuple[str, ...]] | None:
        if not self._verrou.acquire(timeout=ATTENTE_S):
            return None
        try:
            for _ in range(2):  # one that died with the server is opened again
                neuve = self._connexion is None
                with suppress(psycopg.Error):
                    if (lues := _executer(self._ouverte())) is not None:
                        return lues
                self.fermer()
                if neuve:
                    break
            self._jusqu_a = monotonic() + PAUSE_S
            return None
        finally:
            self._verrou.release()

    def _ouverte(self) -> pq.abc.PGconn:
        if self._connexion is None:
            self._connexion = psycopg.connect(**connection.get_connection_params(), autocommit=True)
            if roles.en_vigueur():
                nom = sql.Identifier(roles.noms()[Role.PUBLIC])
                self._connexion.execute(sql.SQL("SET ROLE {}").format(nom))
            preparee = self._connexion.pgconn.prepare(_NOM, self._requete.encode())
            if preparee.status != pq.ExecStatus.COMMAND_OK:
                raise psycopg.OperationalError
        return self._connexion.pgconn

    def fermer(self) -> None:
        """Give the connection back to the server."""
        if self._connexion is not None:
            with suppress(psycopg.Error):
                self._connexion.close()
            self._connexion = None


def _executer(pgconn: pq.abc.PGconn) -> list[tuple[str, ...]] | None:
    """Rows, None when the server did not give them."""
    resultat = pgconn.exec_prepared(_NOM, [])
    if resultat.status != pq.ExecStatus.TUPLES_OK:
        return None
    colonnes = range(resultat.nfields)
    return [
        tuple((resultat.get_value(rang, colonne) or b"").decode() for colonne in colonnes)
        for rang in range(resultat.ntuples)
    ]
