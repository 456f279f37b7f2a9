"""Write from a web process, whose transactions are read-only by default (``default_transaction_read_only``)."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def ecriture(*, durable: bool = True) -> Iterator[None]:
    """Open one read-write transaction. ``durable=False``: the commit does not wait for the disk
    (``synchronous_commit``), for rows that a crash may lose.

    Open it before any read of the same transaction, otherwise PostgreSQL refuses to switch to read-write.
    """
    with transaction.atomic():
        with connection.cursor() as curseur:
            curseur.execute("SET TRANSACTION READ WRITE" if durable else _SANS_ATTENDRE)
        yield


_SANS_ATTENDRE = "SET TRANSACTION READ WRITE; SET LOCAL synchronous_commit = off"
