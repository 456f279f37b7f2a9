"""A connection that never waits for its server longer than it says: one that is lost without a word is given up."""

from typing import Any, Final

import psycopg
from psycopg.pq import TransactionStatus

ATTENTE_S: Final = 3.0
"""Longer than the server itself lets a statement run on a replica."""


class ConnexionBornee(psycopg.Connection[Any]):
    """Time limits of a server are kept by the server: frozen, or behind a network that drops everything, it keeps none,
    and the reader would wait for ever."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """What the server answers. Raises OperationalError, with the connection closed, when it has not in time."""
        try:
            return super().wait(gen, interval, ATTENTE_S if timeout is None else timeout)
        except psycopg.OperationalError:
            # Its answer may still come, and would be taken for that of the next question.
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                self.pgconn.finish()
            raise
