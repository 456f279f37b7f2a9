"""A web process only reads (read-only transactions, 5 s a statement); what a deposit needs, it writes here, as the
owner of the tables that it makes and drops."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import Error, connection

from fce.socle.roles import Role, sous_role

_DELAI = "60s"


@contextmanager
def ecriture() -> Iterator[None]:
    """Let the connection of this thread write, and wait a minute, until the end of the block."""
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
            # Its state is unknown: the next reader gets another one.
            connection.close()
