"""One small question that each request asks of the database, on a connection kept for it.

What Django does around a statement (taking a connection from the pool, trying it, giving it back) costs several times
as much as reading two rows. A web process keeps one connection for such a question, which its threads share in turn.
It may be asked before what it is needed for, and read after: the server answers meanwhile. Whatever goes wrong with it,
the question is asked as any other, and what is wrong is said there.
"""

from __future__ import annotations

import select
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
REPONSE_S: Final = 1.0
"""How long the server may take to answer."""
_NOM: Final = b"question"
_Lignes = list[tuple[str, ...]]


class QuestionPosee:
    """What a question that has been asked is answered, read once it is needed."""

    def __init__(self, question: QuestionConstante) -> None:
        self._question = question
        self.lues: _Lignes | None = None

    def lire(self) -> _Lignes:
        """Rows as the database of record had them at some instant since it was asked. Raises what Django raises."""
        self._question._recevoir(self)
        return self._question.lire() if self.lues is None else self.lues


class QuestionConstante:
    """A SELECT of texts, without parameters. Safe to share between threads; one per process."""

    def __init__(self, requete: str) -> None:
        self._requete = requete
        self._verrou = threading.Lock()
        self._connexion: psycopg.Connection[Any] | None = None
        self._en_vol: QuestionPosee | None = None
        self._jusqu_a = 0.0

    def lire(self) -> _Lignes:
        """Rows as the database of record has them now. Raises what Django raises."""
        if self._a_la_sienne() and (lues := self._sur_la_sienne()) is not None:
            return lues
        return lectures.lire(self._requete)

    def demander(self) -> QuestionPosee:
        """Ask now what is read later, if the connection is open. Waits for no answer but that to the question before,
        which has had the time to come. Never raises."""
        reponse = QuestionPosee(self)
        if self._a_la_sienne() and self._verrou.acquire(timeout=ATTENTE_S):
            try:
                self._recueillir()
                if self._connexion is not None:
                    with suppress(psycopg.Error):
                        self._connexion.pgconn.send_query_prepared(_NOM, [])
                        self._en_vol = reponse
            finally:
                self._verrou.release()
        return reponse

    def _recevoir(self, reponse: QuestionPosee) -> None:
        """Receive this answer, unless it came already, or was never asked for."""
        if self._en_vol is reponse and self._verrou.acquire(timeout=ATTENTE_S):
            try:
                if self._en_vol is reponse:
                    self._recueillir()
            finally:
                self._verrou.release()

    def _a_la_sienne(self) -> bool:
        # Elsewhere than in a web process, what is asked may be what this very transaction has written.
        return settings.FCE_ROLE == "web" and not connection.in_atomic_block and monotonic() >= self._jusqu_a

    def _recueillir(self) -> None:
        """Take what is on its way off the connection, which then takes another question."""
        reponse, self._en_vol = self._en_vol, None
        if reponse is None or self._connexion is None:
            return
        with suppress(psycopg.Error):
            reponse.lues = _attendre(self._connexion.pgconn)
        if reponse.lues is None:
            self._clore()

    def _sur_la_sienne(self) -> _Lignes | None:
        if not self._verrou.acquire(timeout=ATTENTE_S):
            return None
        try:
            self._recueillir()
            for _ in range(2):  # one that died with the server is opened again
                neuve = self._connexion is None
                with suppress(psycopg.Error):
                    pgconn = self._ouverte()
                    pgconn.send_query_prepared(_NOM, [])
                    if (lues := _attendre(pgconn)) is not None:
                        return lues
                self._clore()
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
        with self._verrou:
            self._recueillir()
            self._clore()

    def _clore(self) -> None:
        if self._connexion is not None:
            with suppress(psycopg.Error):
                self._connexion.close()
            self._connexion = None


def _attendre(pgconn: pq.abc.PGconn) -> _Lignes | None:
    """Rows of the question that was sent, None when the server does not give them."""
    pgconn.consume_input()
    if pgconn.is_busy():
        arrivee, limite = select.poll(), monotonic() + REPONSE_S
        arrivee.register(pgconn.socket, select.POLLIN)
        while pgconn.is_busy():
            if not arrivee.poll(max(0.0, 1000 * (limite - monotonic()))):
                return None
            pgconn.consume_input()
    lues: _Lignes | None = None
    while (resultat := pgconn.get_result()) is not None:
        if resultat.status == pq.ExecStatus.TUPLES_OK:
            lues = _lignes(resultat)
    return lues


def _lignes(resultat: pq.abc.PGresult) -> _Lignes:
    colonnes = range(resultat.nfields)
    return [
        tuple((resultat.get_value(rang, colonne) or b"").decode() for colonne in colonnes)
        for rang in range(resultat.ntuples)
    ]
