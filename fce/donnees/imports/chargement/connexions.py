"""Database connections for imports, apart from Django's: long statements, COPY, session locks."""

import psycopg
from django.db import connections

from fce.socle.travaux.priorite import ceder_avec

# One round trip, because an import opens several connections.
_REGLAGES = """
-- It writes, even when a web process (read-only by default) receives a deposit.
SET default_transaction_read_only = off;
-- An import may work for hours; the web's limits (5 s) do not apply to it.
SET statement_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
-- The short switch that follows is synchronous, and the WAL is sequential: it makes the generation durable too.
SET synchronous_commit = off;
SET maintenance_work_mem = '512MB';
-- A killed importer must not leave its server process building an index for nobody.
SET client_connection_check_interval = '2s';
"""


def ouvrir(role: str, *, autocommit: bool = True) -> psycopg.Connection:
    """Open a plain psycopg connection to the default database, named ``fce-<role>`` in ``pg_stat_activity``.

    Raises psycopg.OperationalError when the server cannot be reached.
    """
    parametres = connections["default"].get_connection_params()
    for propre_a_django in ("cursor_factory", "context"):
        parametres.pop(propre_a_django, None)
    parametres["application_name"] = f"fce-{role}"
    connexion = psycopg.connect(**parametres, autocommit=True)
    try:
        ceder_avec(connexion)
        connexion.execute(_REGLAGES)
        connexion.autocommit = autocommit
    except BaseException:
        connexion.close()
        raise
    return connexion
