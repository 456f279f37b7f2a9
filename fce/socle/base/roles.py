"""Under which database role a page works: a second barrier below the access rules.

A web process signs in as the owner of the tables and gives this up at once: each connection is under the public role
until a request has a session or asks for more. PostgreSQL refuses what a page forgot to ask for.
``fce.droits.habilitations.privileges`` defines the roles.

This protects from our mistakes, not from SQL injection: whoever can run SET ROLE can run it again.
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
    """Each role includes the previous ones.

    - ``PUBLIC``: open data;
    - ``COMPTES``: accounts and sessions, to sign in;
    - ``AGENTS``: restricted data and habilitations;
    - ``PROPRIETAIRE``: the account that signed in to the database, which creates and drops tables.
    """

    PUBLIC = 1
    COMPTES = 2
    AGENTS = 3
    PROPRIETAIRE = 4


# Role last set on each connection. A connection that is absent is new, or its role is unknown.
_POSES: Final[WeakKeyDictionary[Any, Role]] = WeakKeyDictionary()


def noms() -> dict[Role, str]:
    """Return the names of the roles in the database; empty when the settings do not name all three."""
    nommes = {
        Role.PUBLIC: settings.FCE_BASE_ROLE_PUBLIC,
        Role.COMPTES: settings.FCE_BASE_ROLE_COMPTES,
        Role.AGENTS: settings.FCE_BASE_ROLE_RESTREINT,
    }
    return nommes if all(nommes.values()) else {}


def en_vigueur() -> bool:
    """Tell whether roles apply to this process: a web process on a database that has them."""
    return settings.FCE_ROLE == "web" and bool(noms())


def prendre_role(role: Role) -> None:
    """Put this thread's connection under ``role`` until it goes back to the pool; no round trip if already there.

    Does nothing where roles do not apply. Raises RuntimeError inside a transaction, whose rollback would undo the role.
    """
    if not en_vigueur():
        return
    # The transaction that a test case opens does not count (as for ``atomic(durable=True)``).
    if connection.in_atomic_block and not getattr(connection.atomic_blocks[-1], "_from_testcase", False):
        raise RuntimeError("the role is chosen outside any transaction, which could undo it")
    connection.ensure_connection()
    if _POSES.get(connection.connection) is not role:
        _poser(connection, role)


def elever(role: Role) -> None:
    """Put this thread's connection under ``role``, unless its current role already includes it."""
    if en_vigueur() and role_pris() < role:
        prendre_role(role)


def prendre_le_meme_role(connexion: BaseDatabaseWrapper) -> None:
    """Put another connection of this thread under the role of its main one; no round trip if already there."""
    if en_vigueur() and _POSES.get(connexion.connection) is not role_pris():
        _poser(connexion, role_pris())


def role_pris() -> Role:
    """Return the role of this thread's connection; ``PROPRIETAIRE`` where roles do not apply."""
    if not en_vigueur():
        return Role.PROPRIETAIRE
    if connection.connection is None:
        return Role.PUBLIC  # no connection yet: it will open under this role
    return _POSES.get(connection.connection, Role.PUBLIC)


@contextmanager
def sous_role(role: Role) -> Iterator[None]:
    """Run the block under ``role``, then restore the previous role."""
    avant = role_pris()
    prendre_role(role)
    try:
        yield
    finally:
        _revenir(avant)


def rendre_role() -> None:
    """Return to the public role; never raises a database error."""
    _revenir(Role.PUBLIC)


def _revenir(role: Role) -> None:
    # On failure ``_poser`` has closed the connection: the next one opens as public.
    with suppress(DatabaseError, InterfaceError, BaseIndisponible):
        prendre_role(role)


def prendre_le_role_public(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Receiver of ``connection_created``, sent for each connection that Django opens or takes from its pool.

    One round trip when the connection is new or came back under another role. When the role cannot be taken, closes the
    connection and raises BaseIndisponible, so that nothing is read as the owner.
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
        # Bypass Django's cursor: the tests that count queries ignore SET ROLE.
        with connexion.wrap_database_errors:
            psycopg_.execute(sql.SQL("SET ROLE {}").format(nom))
    except BaseException:
        connexion.close()
        raise
    _POSES[psycopg_] = role
