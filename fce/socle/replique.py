"""Data read on a replica of the database, when it is as fresh as the database itself.

Only what files say is read there, and only while a page or an answer is read: what may be read (sessions, rights), what
is written down of it (the journal) and what services write are the primary's, always. Each request asks the primary how
many times the versions in place have moved (``retenir_temoin``), and reads on the replica only if it has replayed as
many: nobody reads again what has just been replaced, masked or removed, and a page never goes back from a version to
the one before. A replica that lags, conflicts, hangs or dies costs nobody an error: the same read is made on the
primary, and the replica is left alone for some seconds.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
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

from fce.socle import lectures, roles
from fce.socle.erreurs import BaseIndisponible

T = TypeVar("T")
log = structlog.get_logger("fce.replique")
ALIAS: Final = "replique"
PAUSE_S: Final = 5.0
PAUSE_MAX_S: Final = 15.0
"""How long a replica that failed is left alone: at first, and while it fails again."""
REGARD_S: Final = 0.25
"""How long one that lags is left to catch up before it is asked again."""
VALIDITE_S: Final = 1.0
"""How long what the primary said holds: a request seldom lasts longer, an export does."""
_ETAT: Final = (
    "SELECT pg_is_in_recovery(), pg_last_wal_replay_lsn()::text, "
    "extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float"
)
_AVANCE: Final = "SELECT greatest(0, pg_wal_lsn_diff(pg_current_wal_lsn(), %s::pg_lsn))::bigint"


@dataclass(slots=True)
class _Demande:
    """What one request knows. ``attendu``: what a replica must have replayed; ``primaire``: it goes there no more."""

    attendu: int | None = None
    lu_a: float = 0.0
    primaire: bool = False


class _Fil(threading.local):
    demande: _Demande | None = None


@dataclass
class _Disjoncteur:
    """Whether the replica may be asked, for all the threads of the process."""

    verrou: threading.Lock = field(default_factory=threading.Lock)
    ecartee: bool = False
    pause: float = PAUSE_S
    jusqu_a: float = 0.0

    def passe(self) -> bool:
        """True when nothing is known against it; after a pause, to one reader alone, who tries it for all."""
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


class _Retard:
    """Until when the replica is known to lag behind what readers must see."""

    jusqu_a = 0.0


class _Ecartee(Exception):
    """It is not to be read now; the message is the cause, for the log."""


_fil: Final = _Fil()
_disjoncteur: Final = _Disjoncteur()
_temoins: Final[list[str]] = []
# What each connection to a replica has been seen to have replayed: it never comes back from there. Told for each of
# them, for several servers may stand behind one address.
_REJOINTES: Final[WeakKeyDictionary[Any, int]] = WeakKeyDictionary()


def retenir_temoin(requete: str) -> None:
    """``requete``: a SELECT of one number, which grows in each transaction that moves what readers see."""
    _temoins[:] = [requete]


def temoin() -> str:
    """The SELECT of ``retenir_temoin``."""
    return _temoins[0]


def reglee() -> bool:
    """Whether a replica is set."""
    return ALIAS in connections.settings


def ouvrir() -> None:
    """What this thread reads from now on, until ``fermer``, may be read on the replica."""
    _fil.demande = _Demande()


def fermer(**_: Any) -> None:
    """The primary alone again; a receiver of ``request_finished``."""
    _fil.demande = None


def possible() -> bool:
    """Whether a read of this thread would try the replica now."""
    demande = _fil.demande
    return (
        demande is not None
        and not demande.primaire
        and monotonic() >= _Retard.jusqu_a
        and (not _disjoncteur.ecartee or monotonic() >= _disjoncteur.jusqu_a)
        and not connections[DEFAULT_DB_ALIAS].in_atomic_block
    )


def noter(attendu: int) -> None:
    """What the witness says, read on the primary with something else."""
    if (demande := _fil.demande) is not None:
        demande.attendu, demande.lu_a = attendu, monotonic()


def lire(lecture: Callable[[BaseDatabaseWrapper], T]) -> T:
    """What ``lecture`` reads on the connection that it is given: the replica's when it may be, else the primary's.

    A read that fails on the replica, for any reason, is made again on the primary, and raises what it raises there.
    """
    if possible() and (demande := _fil.demande) is not None:
        try:
            return _sur_la_replique(demande, lecture)
        except _Ecartee as erreur:
            demande.primaire = True
            if cause := str(erreur):
                _disjoncteur.ecarter(cause)
        except (OperationalError, InterfaceError, BaseIndisponible) as erreur:
            demande.primaire = True
            _lacher()
            _disjoncteur.ecarter(_cause(erreur))
        except DatabaseError as erreur:  # of the statement, not of the server: the primary says what is wrong with it
            demande.primaire = True
            _lacher()
            log.warning("lecture_refusee_par_la_replique", cause=_cause(erreur))
    return lecture(connections[DEFAULT_DB_ALIAS])


def _sur_la_replique(demande: _Demande, lecture: Callable[[BaseDatabaseWrapper], T]) -> T:
    attendu = _attendu(demande)
    if not _disjoncteur.passe():
        raise _Ecartee
    connexion = connections[ALIAS]
    connexion.ensure_connection()
    roles.prendre_le_meme_role(connexion)
    if _REJOINTES.get(connexion.connection, -1) < attendu:
        _rejoindre(connexion, attendu)
    lu = lecture(connexion)
    _disjoncteur.reprendre()
    return lu


def _attendu(demande: _Demande) -> int:
    if demande.attendu is None or monotonic() - demande.lu_a > VALIDITE_S:
        demande.lu_a = monotonic()
        try:
            ((demande.attendu,),) = lectures.lire(temoin())
        except Error as erreur:  # the primary's own failure, which the read itself will meet and tell
            raise _Ecartee from erreur
    return demande.attendu


def _rejoindre(connexion: BaseDatabaseWrapper, attendu: int) -> None:
    """Take note of what this connection shows. Raises ``_Ecartee`` when that is older than ``attendu``."""
    (en_reprise,), (rejoue,) = (
        *lectures.lire("SELECT pg_is_in_recovery()", connexion=connexion),
        *lectures.lire(temoin(), connexion=connexion),
    )
    if not en_reprise:
        raise _Ecartee("pas_une_replique")
    if rejoue < attendu:
        _disjoncteur.reprendre()
        _Retard.jusqu_a = monotonic() + REGARD_S
        log.info("replique_en_retard")
        raise _Ecartee
    _REJOINTES[connexion.connection] = rejoue


def _lacher() -> None:
    """Give back a connection that failed: the next one starts from a sound one."""
    with suppress(Error, BaseIndisponible):
        connections[ALIAS].close()


def _cause(erreur: Exception) -> str:
    """What went wrong, without what was asked nor for whom: the class of the error, and its code when there is one."""
    origine = erreur.__cause__ or erreur
    return " ".join(filter(None, (type(origine).__name__, getattr(origine, "sqlstate", None))))


@dataclass(frozen=True, slots=True)
class EtatDeReplique:
    """``etat``: "suit", "en_retard" (readers go to the primary), "ecartee" (it failed lately), "injoignable" or
    "pas_une_replique". ``octets``: what it has still to replay, ``secondes``: age of the last transaction replayed when
    there are some, 0 otherwise; None when it could not be asked."""

    etat: str
    octets: int | None = None
    secondes: float | None = None


def de_la_base() -> bool:
    """Whether the replica is one of this very database. Raises what either of the two raises."""
    identite = "SELECT system_identifier, current_database() FROM pg_control_system()"
    la_bas = lectures.lire(identite, connexion=connections[ALIAS])
    return la_bas == lectures.lire(identite)


def etat() -> EtatDeReplique:
    """How the replica is doing, measured now. Never raises for it; raises what the primary raises for itself."""
    if not _disjoncteur.passe():
        return EtatDeReplique("ecartee")
    try:
        connexion = connections[ALIAS]
        ((en_reprise, rejoue, age),) = lectures.lire(_ETAT, connexion=connexion)
        ((vue,),) = lectures.lire(temoin(), connexion=connexion)
    except (Error, BaseIndisponible) as erreur:
        _lacher()
        _disjoncteur.ecarter(_cause(erreur))
        return EtatDeReplique("injoignable")
    if not en_reprise:
        return EtatDeReplique("pas_une_replique")
    _disjoncteur.reprendre()
    # Asked after the replica: what is told is never less than what lacks.
    ((octets,),) = lectures.lire(_AVANCE, [rejoue])
    ((attendu,),) = lectures.lire(temoin())
    secondes = round(age, 3) if octets and age is not None else 0.0
    return EtatDeReplique("suit" if vue >= attendu else "en_retard", octets, secondes)
