"""A web process only reads (read-only transactions, 5 s a statement); what a deposit needs, it writes here."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import Error, connection

DELAI = "60s"


@contextmanager
def ecriture() -> Iterator[None]:
    """Let the connection of this thread write, and wait a minute, until the end of the block."""
    with connection.cursor() as curseur:
        curseur.execute("SET default_transaction_read_only = off")
        curseur.execute("SELECT set_config('statement_timeout', %s, false)", [DELAI])
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
