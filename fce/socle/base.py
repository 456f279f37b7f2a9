"""Writing from a web process, which only reads: its transactions are read-only unless one says otherwise."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def ecriture(*, durable: bool = True) -> Iterator[None]:
    """One transaction that may write. ``durable=False``: losing it in a crash is no harm, so nobody waits for the disk.

    To be opened before any read of the same transaction: PostgreSQL refuses it after.
    """
    with transaction.atomic():
        with connection.cursor() as curseur:
            curseur.execute("SET TRANSACTION READ WRITE" if durable else _SANS_ATTENDRE)
        yield


_SANS_ATTENDRE = "SET TRANSACTION READ WRITE; SET LOCAL synchronous_commit = off"
