"""The only way to write the journal: call a database function and commit, in one round trip."""

from collections.abc import Sequence
from typing import Any

import psycopg
import structlog
from django.db import Error, connection

from fce.socle.erreurs import JournalIndisponible
from fce.socle.travaux import mesures

log = structlog.get_logger(__name__)
PANNES = (Error, psycopg.Error)
INDISPONIBLE = (
    "Le journal des consultations est indisponible : les données réservées ne peuvent pas être montrées pour le "
    "moment. Réessayez dans quelques instants ; les données ouvertes restent accessibles."
)


def appeler(appel: str, parametres: Sequence[Any]) -> Any:
    """Run ``SELECT journal.…`` and return its value, once committed to disk on the primary.

    Raises JournalIndisponible on any database failure, and RuntimeError inside a transaction, which could be rolled
    back after the data have left.
    """
    _refuser_une_transaction()
    try:
        with connection.cursor() as curseur:
            # One message, hence one implicit transaction: PostgreSQL commits it at the end or rolls it back at the
            # first error. Needed because pages' connections are read-only by default.
            curseur.execute(f"SET TRANSACTION READ WRITE; {appel}", parametres)
            curseur.nextset()
            (valeur,) = curseur.fetchone()
    except PANNES as erreur:
        mesures.JOURNAL.ajouter(1)
        log.error("journal_indisponible : %s", type(erreur).__name__)
        raise JournalIndisponible(INDISPONIBLE) from erreur
    return valeur


def _refuser_une_transaction() -> None:
    # The transaction that a test case opens does not count (as for ``atomic(durable=True)``).
    if connection.in_atomic_block and not getattr(connection.atomic_blocks[-1], "_from_testcase", False):
        raise RuntimeError("the journal is written outside any transaction: it is committed before the data leave")
