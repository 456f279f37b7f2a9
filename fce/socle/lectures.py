"""Reads that come again and again with other parameters: the server plans each once per connection.

Django binds parameters in the client, and its statements are planned anew each time: that takes ten times as long as
reading a row by its number, and five times as long as reading a few rows in each of two hundred tables.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import count
from typing import Any, Final, cast

import psycopg
from django.db import connection as principale
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

# A text seen once is not worth a plan, and each one kept weighs a few megabytes per connection.
EXECUTIONS_AVANT_PLAN: Final = 1
PLANS_MAX: Final = 20
_TEXTES_MAX: Final = 64


def lire(
    requete: str, params: Sequence[Any] = (), *, connexion: BaseDatabaseWrapper | None = None
) -> list[tuple[Any, ...]]:
    """Rows of a SELECT whose parameters (``%s``) the server binds. Raises what Django raises.

    ``connexion``: another than the one of the database itself.
    """
    with _curseur(principale if connexion is None else connexion) as curseur:
        curseur.execute(requete, params)
        return list(curseur.fetchall())


@cache
def citer(nom: str) -> str:
    """The name of a column as SQL, in a text whose parameters are ``%s``."""
    return '"' + nom.replace('"', '""').replace("%", "%%") + '"'


class _Curseur(psycopg.RawCursor[Any]):
    """Numbers the parameters of a text once, and not at each of its executions. ``suivi``: statements are logged."""

    suivi = False

    def execute(self, query: Any, params: Any = None, **options: Any) -> _Curseur:
        # Whoever logs the statements wants their text: the driver forgets that of a prepared one.
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
        # A plan that would fit one value better is not worth planning for each: every read here goes by an index.
        psycopg_.execute("SET plan_cache_mode = force_generic_plan")
        psycopg_.prepare_threshold = EXECUTIONS_AVANT_PLAN
        psycopg_.prepared_max = PLANS_MAX
    curseur: Any = _Curseur(psycopg_)
    curseur.suivi = connection.queries_logged
    suivre = connection.make_debug_cursor if curseur.suivi else connection.make_cursor
    return cast(CursorWrapper, suivre(curseur))
