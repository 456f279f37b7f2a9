"""A psycopg connection that gives up after a few seconds without an answer."""

from typing import Any, Final

import psycopg
from psycopg.pq import TransactionStatus

ATTENTE_S: Final = 3.0
"""Longer than the ``statement_timeout`` of a replica."""


class ConnexionBornee(psycopg.Connection[Any]):
    """Bounds each wait on the client side: a frozen server, or a network that drops packets, never applies its own
    time-outs."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Return the server's answer. Raises OperationalError and closes the connection after ``ATTENTE_S``."""
        try:
            return super().wait(gen, interval, ATTENTE_S if timeout is None else timeout)
        except psycopg.OperationalError:
            # A late answer would be taken for that of the next statement.
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                self.pgconn.finish()
            raise
