"""SELECTs whose parameters the server binds, so that it plans each once per connection.

Django binds parameters in the client, so the server plans each statement anew: ten times the cost of reading a row by
its number, five times that of reading a few rows in each of two hundred tables.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import count
from typing import Any, Final, cast

import psycopg
from django.db import connection as principale
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

# A statement is planned at its second use; each plan takes a few megabytes per connection.
EXECUTIONS_AVANT_PLAN: Final = 1
PLANS_MAX: Final = 20
_TEXTES_MAX: Final = 64


def rangees(
    requete: str, params: Sequence[Any] = (), *, connexion: BaseDatabaseWrapper | None = None
) -> list[tuple[Any, ...]]:
    """Return the rows of a SELECT whose parameters are ``%s``. Raises Django's database errors.

    ``connexion``: another connection than the default one.
    """
    with _curseur(principale if connexion is None else connexion) as curseur:
        curseur.execute(requete, params)
        return list(curseur.fetchall())


def citer(nom: str) -> str:
    """Quote a column name for SQL, doubling ``%`` for a text whose parameters are ``%s``."""
    return '"' + nom.replace('"', '""').replace("%", "%%") + '"'


class _Curseur(psycopg.RawCursor[Any]):
    """Cursor that numbers the parameters ($1…) of a text once and caches the result. ``suivi``: statements are
    logged."""

    suivi = False

    def execute(self, query: Any, params: Any = None, **options: Any) -> _Curseur:
        # A prepared statement has no text for the query log: do not prepare when logging.
        prepare = False if self.suivi else None
        return super().execute(_numeroter(query), params, prepare=prepare, **options)


@lru_cache(maxsize=_TEXTES_MAX)
def _numeroter(requete: str) -> bytes:
    rangs = count(1)
    return re.sub("%[s%]", lambda m: f"${next(rangs)}" if m[0] == "%s" else "%", requete).encode()


def _curseur(connection: Any) -> CursorWrapper:
    connection.ensure_connection()
    psycopg_ = connection.connection
    if psycopg_.prepare_threshold is None:
        # All these reads use an index: a generic plan is as good, and PostgreSQL does not plan again for each value.
        psycopg_.execute("SET plan_cache_mode = force_generic_plan")
        psycopg_.prepare_threshold = EXECUTIONS_AVANT_PLAN
        psycopg_.prepared_max = PLANS_MAX
    curseur: Any = _Curseur(psycopg_)
    curseur.suivi = connection.queries_logged
    suivre = connection.make_debug_cursor if curseur.suivi else connection.make_cursor
    return cast(CursorWrapper, suivre(curseur))
