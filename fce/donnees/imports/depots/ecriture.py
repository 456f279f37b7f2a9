"""Let a web process, read-only and limited to 5 s a statement, write a deposit as the owner of the tables."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import Error, connection

from fce.socle.base.roles import Role, sous_role

_DELAI = "60s"


@contextmanager
def ecriture() -> Iterator[None]:
    """Let this thread's connection write during the block, with a statement timeout of one minute."""
    with sous_role(Role.PROPRIETAIRE), _sans_limites():
        yield


@contextmanager
def _sans_limites() -> Iterator[None]:
    with connection.cursor() as curseur:
        curseur.execute("SET default_transaction_read_only = off")
        curseur.execute("SELECT set_config('statement_timeout', %s, false)", [_DELAI])
    try:
        yield
    finally:
        try:
            with connection.cursor() as curseur:
                curseur.execute("RESET default_transaction_read_only")
                curseur.execute("RESET statement_timeout")
        except (Error, psycopg.Error):
            # In an unknown state: the next reader opens a new connection.
            connection.close()
