"""Under which role of the database a page works: the second net, below the rights.

A web process signs in as the owner of the tables, and gives it up at once: each connection that it takes is under the
role of what is open to all, until a request shows a session, or asks for more. A page that forgets to ask is refused by
PostgreSQL. The roles themselves, and what each may do, are in ``fce.droits.privileges``.

It protects from a mistake of ours, not from someone who writes SQL: whoever can say SET ROLE can say it again.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import IntEnum
from typing import Any, Final
from weakref import WeakKeyDictionary

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

from fce.socle.erreurs import BaseIndisponible

log = structlog.get_logger("fce.roles")


class Role(IntEnum):
    """Each may what those before it may.

    ``PUBLIC``: what is open to all. ``COMPTES``: accounts and sessions, for whoever signs in. ``AGENTS``: restricted
    data and habilitations. ``PROPRIETAIRE``: the account that signed in to the database, which makes and drops tables.
    """

    PUBLIC = 1
    COMPTES = 2
    AGENTS = 3
    PROPRIETAIRE = 4


# What each connection was last put under. One that is not here was just opened, or is in doubt.
_POSES: Final[WeakKeyDictionary[Any, Role]] = WeakKeyDictionary()


def noms() -> dict[Role, str]:
    """Names of the roles in the database; none when the settings do not name all three."""
    nommes = {
        Role.PUBLIC: settings.FCE_BASE_ROLE_PUBLIC,
        Role.COMPTES: settings.FCE_BASE_ROLE_COMPTES,
        Role.AGENTS: settings.FCE_BASE_ROLE_RESTREINT,
    }
    return nommes if all(nommes.values()) else {}


def en_vigueur() -> bool:
    """Whether this process works under roles: one that serves pages, on a database that has them."""
    return settings.FCE_ROLE == "web" and bool(noms())


def prendre_role(role: Role) -> None:
    """Put the connection of this thread under ``role`` until it is given back; one round trip, none if it is already.

    Nothing where roles are not in force. Raises RuntimeError inside a transaction: undone, it would undo the role too.
    """
    if not en_vigueur():
        return
    # What a test case opens around itself is none of ours (as for Django's ``atomic(durable=True)``).
    if connection.in_atomic_block and not getattr(connection.atomic_blocks[-1], "_from_testcase", False):
        raise RuntimeError("the role is chosen outside any transaction, which could undo it")
    connection.ensure_connection()
    if _POSES.get(connection.connection) is not role:
        _poser(connection, role)


def elever(role: Role) -> None:
    """Put the connection of this thread under ``role``, unless the one it is under may already do more."""
    if en_vigueur() and role_pris() < role:
        prendre_role(role)


def prendre_le_meme_role(connexion: BaseDatabaseWrapper) -> None:
    """Put another connection of this thread under the role of its main one; one round trip, none if it is already."""
    if en_vigueur() and _POSES.get(connexion.connection) is not role_pris():
        _poser(connexion, role_pris())


def role_pris() -> Role:
    """Role of the connection of this thread; that of the owner where roles are not in force."""
    if not en_vigueur():
        return Role.PROPRIETAIRE
    if connection.connection is None:
        return Role.PUBLIC  # that of the connection to come
    return _POSES.get(connection.connection, Role.PUBLIC)


@contextmanager
def sous_role(role: Role) -> Iterator[None]:
    """The block works under ``role``, what follows under the one before."""
    avant = role_pris()
    prendre_role(role)
    try:
        yield
    finally:
        _revenir(avant)


def rendre_role() -> None:
    """Back to the public role, whatever happened."""
    _revenir(Role.PUBLIC)


def _revenir(role: Role) -> None:
    # Refused or lost, the connection is closed: what follows is public, and says the fault itself.
    with suppress(DatabaseError, InterfaceError, BaseIndisponible):
        prendre_role(role)


def a_l_ouverture(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Receiver of ``connection_created``, which Django sends for each connection that it opens or takes from its pool.

    One round trip when the connection is new or was given back under another role, none otherwise. Raises
    BaseIndisponible, with the connection closed, when the role cannot be taken: nothing is read as the owner.
    """
    if en_vigueur() and _POSES.get(connection.connection) is not Role.PUBLIC:
        try:
            _poser(connection, Role.PUBLIC)
        except (DatabaseError, InterfaceError) as erreur:
            log.error("role_refuse", erreur=type(erreur.__cause__ or erreur).__name__)
            raise BaseIndisponible(
                "La base de données n’a pas les rôles que nomment les réglages : « fce check » dit lesquels."
            ) from erreur


def _poser(connexion: BaseDatabaseWrapper, role: Role) -> None:
    psycopg_ = connexion.connection
    _POSES.pop(psycopg_, None)
    nom: sql.Composable = sql.SQL("NONE") if role is Role.PROPRIETAIRE else sql.Identifier(noms()[role])
    try:
        # Not a question of the page: it is not counted among them.
        with connexion.wrap_database_errors:
            psycopg_.execute(sql.SQL("SET ROLE {}").format(nom))
    except BaseException:
        connexion.close()
        raise
    _POSES[psycopg_] = role
