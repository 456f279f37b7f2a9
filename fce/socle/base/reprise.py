"""Forget the connections that died with the database, so that pages come back as soon as it does."""

from typing import Any, Final
from weakref import WeakKeyDictionary

from django.db import connection

_PERDUES: Final[WeakKeyDictionary[Any, int]] = WeakKeyDictionary()
"""{pool: how many of its connections were found dead when it was last checked}."""


def remplacer_les_connexions_mortes() -> None:
    """After a 503: when the pool of this process has just found a dead connection, replace all those that are dead.

    The pool tries a dead connection, waits one second, then tries the next one; its time-out is 0.7 s. Alone, it would
    fail one request for every two connections that it holds.
    """
    pool = getattr(connection, "pool", None)
    if pool is not None and _perdues(pool) > _PERDUES.get(pool, 0):
        pool.check()
        _PERDUES[pool] = _perdues(pool)


def _perdues(pool: Any) -> int:
    return int(pool.get_stats().get("connections_lost", 0))
