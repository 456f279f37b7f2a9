"""Read data files' tables on a replica, when it is as fresh as the primary.

Only tables loaded from files are read there, and only by pages and API answers. Sessions, rights, the journal and all
that services write stay on the primary. Each request asks the primary how many version switches have happened (the
witness, ``retenir_temoin``), and reads the replica only if it has replayed as many. A reader therefore never sees a
version that has just been replaced, masked or removed. When the replica lags, conflicts, hangs or dies, the same read
runs on the primary and the replica is left alone for some seconds.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Final, TypeVar
from weakref import WeakKeyDictionary

import structlog
from django.db import (
    DEFAULT_DB_ALIAS,
    DatabaseError,
    Error,
    InterfaceError,
    OperationalError,
    connections,
)
from django.db.backends.base.base import BaseDatabaseWrapper

from fce.socle.base import lectures, roles
from fce.socle.erreurs import BaseIndisponible

T = TypeVar("T")
log = structlog.get_logger("fce.replique")
ALIAS: Final = "replique"
PAUSE_S: Final = 5.0
PAUSE_MAX_S: Final = 15.0
"""Pause after a failure of the replica, then the maximum while it keeps failing."""
REGARD_S: Final = 0.25
"""Pause before a lagging replica is tried again."""
VALIDITE_S: Final = 1.0
"""How long a request may reuse the witness read on the primary; only exports last longer."""
_ETAT: Final = (
    "SELECT pg_is_in_recovery(), pg_last_wal_replay_lsn()::text, "
    "extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float"
)
_AVANCE: Final = "SELECT greatest(0, pg_wal_lsn_diff(pg_current_wal_lsn(), %s::pg_lsn))::bigint"


@dataclass(slots=True)
class _Demande:
    """State of one request. ``attendu``: witness that the replica must have reached; ``primaire``: use only the primary
    from now on."""

    attendu: int | None = None
    temoin_a: float = 0.0
    primaire: bool = False


class _Fil(threading.local):
    demande: _Demande | None = None


@dataclass
class _Disjoncteur:
    """Circuit breaker on the replica, shared by the threads of the process."""

    verrou: threading.Lock = field(default_factory=threading.Lock)
    ecartee: bool = False
    pause: float = PAUSE_S
    jusqu_a: float = 0.0

    def passe(self) -> bool:
        """True when the replica is not set aside; after a pause, true for one thread only, which tries it for all."""
        if not self.ecartee:
            return True
        with self.verrou:
            if monotonic() < self.jusqu_a:
                return False
            self.jusqu_a = monotonic() + self.pause
            return True

    def ecarter(self, cause: str) -> None:
        with self.verrou:
            self.pause = min(PAUSE_MAX_S, 2 * self.pause) if self.ecartee else PAUSE_S
            self.jusqu_a = monotonic() + self.pause
            if not self.ecartee:
                log.warning("replique_ecartee", cause=cause)
            self.ecartee = True

    def reprendre(self) -> None:
        if self.ecartee:
            with self.verrou:
                self.ecartee = False
            log.info("replique_reprise")


class Retard:
    """Until when the replica is known to lag."""

    jusqu_a = 0.0


class _Ecartee(Exception):
    """Do not read the replica now; the message is the cause, for the log."""


_fil: Final = _Fil()
disjoncteur: Final = _Disjoncteur()
_temoins: Final[list[str]] = []
# Witness last seen on each replica connection, which can only grow. Per connection, because several servers may share
# one address.
_REJOINTES: Final[WeakKeyDictionary[Any, int]] = WeakKeyDictionary()


def retenir_temoin(requete: str) -> None:
    """Set the witness: a SELECT of one number that grows in each transaction that changes what readers see."""
    _temoins[:] = [requete]


def temoin() -> str:
    """Return the SELECT given to ``retenir_temoin``."""
    return _temoins[0]


def reglee() -> bool:
    return ALIAS in connections.settings


def ouvrir() -> None:
    """Allow this thread to read on the replica, until ``fermer``."""
    _fil.demande = _Demande()


def fermer(**_: Any) -> None:
    """Return this thread to the primary; receiver of ``request_finished``."""
    _fil.demande = None


def possible() -> bool:
    """Tell whether a read of this thread would try the replica now."""
    demande = _fil.demande
    return (
        demande is not None
        and not demande.primaire
        and monotonic() >= Retard.jusqu_a
        and (not disjoncteur.ecartee or monotonic() >= disjoncteur.jusqu_a)
        and not connections[DEFAULT_DB_ALIAS].in_atomic_block
    )


def noter(attendu: int) -> None:
    """Keep the witness, read on the primary along with something else."""
    if (demande := _fil.demande) is not None:
        demande.attendu, demande.temoin_a = attendu, monotonic()


def executer(lecture: Callable[[BaseDatabaseWrapper], T]) -> T:
    """Call ``lecture`` with the replica's connection when allowed, otherwise with the primary's.

    A read that fails on the replica, for any reason, runs again on the primary, whose errors are raised.
    """
    if possible() and (demande := _fil.demande) is not None:
        try:
            return _sur_la_replique(demande, lecture)
        except _Ecartee as erreur:
            demande.primaire = True
            if cause := str(erreur):
                disjoncteur.ecarter(cause)
        except (OperationalError, InterfaceError, BaseIndisponible) as erreur:
            demande.primaire = True
            _lacher()
            disjoncteur.ecarter(_cause(erreur))
        except DatabaseError as erreur:  # the statement is at fault, not the server: the primary will raise the error
            demande.primaire = True
            _lacher()
            log.warning("lecture_refusee_par_la_replique", cause=_cause(erreur))
    return lecture(connections[DEFAULT_DB_ALIAS])


def lignes(requete: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Rows of a SELECT (``lectures.executer``), read as ``executer`` reads."""
    return executer(lambda connexion: lectures.rangees(requete, params, connexion=connexion))


def _sur_la_replique(demande: _Demande, lecture: Callable[[BaseDatabaseWrapper], T]) -> T:
    attendu = _attendu(demande)
    if not disjoncteur.passe():
        raise _Ecartee
    connexion = connections[ALIAS]
    connexion.ensure_connection()
    roles.prendre_le_meme_role(connexion)
    if _REJOINTES.get(connexion.connection, -1) < attendu:
        _rejoindre(connexion, attendu)
    reponse = lecture(connexion)
    disjoncteur.reprendre()
    return reponse


def _attendu(demande: _Demande) -> int:
    if demande.attendu is None or monotonic() - demande.temoin_a > VALIDITE_S:
        demande.temoin_a = monotonic()
        try:
            ((demande.attendu,),) = lectures.rangees(temoin())
        except Error as erreur:  # the primary failed: the read itself will raise
            raise _Ecartee from erreur
    return demande.attendu


def _rejoindre(connexion: BaseDatabaseWrapper, attendu: int) -> None:
    """Record the witness seen on this connection. Raises ``_Ecartee`` when it is lower than ``attendu``."""
    (en_reprise,), (rejoue,) = (
        *lectures.rangees("SELECT pg_is_in_recovery()", connexion=connexion),
        *lectures.rangees(temoin(), connexion=connexion),
    )
    if not en_reprise:
        raise _Ecartee("pas_une_replique")
    if rejoue < attendu:
        disjoncteur.reprendre()
        Retard.jusqu_a = monotonic() + REGARD_S
        log.info("replique_en_retard")
        raise _Ecartee
    _REJOINTES[connexion.connection] = rejoue


def _lacher() -> None:
    with suppress(Error, BaseIndisponible):
        connections[ALIAS].close()


def _cause(erreur: Exception) -> str:
    """Error class and SQLSTATE, without the query or its parameters."""
    origine = erreur.__cause__ or erreur
    return " ".join(filter(None, (type(origine).__name__, getattr(origine, "sqlstate", None))))


@dataclass(frozen=True, slots=True)
class EtatDeReplique:
    """``etat``: "suit", "en_retard" (readers go to the primary), "ecartee" (failed lately), "injoignable" or
    "pas_une_replique".

    ``octets``: WAL still to replay. ``secondes``: age of the last replayed transaction while some WAL is left, 0
    otherwise. None when unknown.
    """

    etat: str
    octets: int | None = None
    secondes: float | None = None


def de_la_base() -> bool:
    """Tell whether the replica belongs to this same database. Raises the errors of either server."""
    identite = "SELECT system_identifier, current_database() FROM pg_control_system()"
    la_bas = lectures.rangees(identite, connexion=connections[ALIAS])
    return la_bas == lectures.rangees(identite)


def etat() -> EtatDeReplique:
    """Measure the state of the replica now. Never raises for the replica; raises the primary's errors."""
    if not disjoncteur.passe():
        return EtatDeReplique("ecartee")
    try:
        connexion = connections[ALIAS]
        ((en_reprise, rejoue, age),) = lectures.rangees(_ETAT, connexion=connexion)
        ((vue,),) = lectures.rangees(temoin(), connexion=connexion)
    except (Error, BaseIndisponible) as erreur:
        _lacher()
        disjoncteur.ecarter(_cause(erreur))
        return EtatDeReplique("injoignable")
    if not en_reprise:
        return EtatDeReplique("pas_une_replique")
    disjoncteur.reprendre()
    # Ask the primary second, so that the lag is never underestimated.
    ((octets,),) = lectures.rangees(_AVANCE, [rejoue])
    ((attendu,),) = lectures.rangees(temoin())
    secondes = round(age, 3) if octets and age is not None else 0.0
    return EtatDeReplique("suit" if vue >= attendu else "en_retard", octets, secondes)
