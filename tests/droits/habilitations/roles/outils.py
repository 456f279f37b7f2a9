"""Privileges of the roles, as the server reports them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import DatabaseError, connection, transaction

from fce.socle.base.roles import Role, noms
from tests.sql import valeurs

DE_PAGE = (Role.PUBLIC, Role.COMPTES, Role.AGENTS)


@contextmanager
def en_tant_que(role: Role | str) -> Iterator[Any]:
    """``role``: one of the service, or any role of the server by its name."""
    with connection.cursor() as curseur:
        curseur.execute(f"SET ROLE {noms()[role] if isinstance(role, Role) else role}")
        try:
            yield curseur
        finally:
            curseur.execute("RESET ROLE")


def refuse(role: Role, *requetes: str) -> list[str]:
    """Statements that the server lets ``role`` run; empty when it refuses all."""
    passees = []
    with en_tant_que(role) as curseur:
        for requete in requetes:
            try:
                with transaction.atomic():
                    curseur.execute(requete)
                passees.append(requete)
            except DatabaseError as erreur:
                if not isinstance(erreur.__cause__, psycopg.errors.InsufficientPrivilege):
                    raise
    return passees


def qui() -> str:
    return valeurs("SELECT current_user")[0]
