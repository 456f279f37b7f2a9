"""Reading many things in one round trip: SELECTs that each return JSON rows, sent as one UNION ALL.

One statement also means one snapshot: a version switched meanwhile is seen by all the branches or by none. When the
combined statement fails, the branches run one by one under savepoints: a broken source costs its own branch only.
"""

# ruff: noqa: S608 (names of views and columns are constants of this room; every value is a parameter)

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import DatabaseError, InterfaceError, connection, transaction

from fce.socle.erreurs import BaseIndisponible

journal = logging.getLogger(__name__)

# A page that already lost one statement does not wait the full time-out again for each branch.
DELAI_PAR_BRANCHE: Final = "1500ms"
_DELAI: Final = "SELECT set_config('statement_timeout', %s, true)"


@dataclass(frozen=True, slots=True)
class Branche:
    """``sql`` is a SELECT, ordered and limited; every row comes back as one dict. ``cle`` names the branch."""

    cle: str
    sql: str
    params: tuple[Any, ...] = ()


def lire(branches: Sequence[Branche]) -> dict[str, list[dict[str, Any]] | None]:
    """{key: rows in order}, in one round trip; None for a branch that failed, which is logged without its parameters.

    Values are JSON: dates and timestamps are ISO texts. Raises BaseIndisponible when the database itself is lost.
    """
    if not branches:
        return {}
    try:
        if connection.in_atomic_block:
            with transaction.atomic():
                return _ensemble(branches)
        return _ensemble(branches)
    except (DatabaseError, InterfaceError) as erreur:
        _verifier_connexion(erreur)
        journal.warning(
            "lecture combinée refusée, reprise branche par branche : %s", type(erreur.__cause__ or erreur).__name__
        )
    return {branche.cle: _seule(branche) for branche in branches}


def _ensemble(branches: Sequence[Branche]) -> dict[str, list[dict[str, Any]] | None]:
    texte = " UNION ALL ".join(f"({_habiller(branche)})" for branche in branches)
    lues: dict[str, list[tuple[int, str]]] = {branche.cle: [] for branche in branches}
    with connection.cursor() as curseur:
        curseur.execute(texte, [p for branche in branches for p in (branche.cle, *branche.params)])
        for cle, rang, ligne in curseur.fetchall():
            lues[cle].append((rang, ligne))
    # UNION ALL promises no order: the rank inside each branch does.
    return {cle: [json.loads(ligne) for _, ligne in sorted(lignes)] for cle, lignes in lues.items()}


def _seule(branche: Branche) -> list[dict[str, Any]] | None:
    try:
        with transaction.atomic(), connection.cursor() as curseur:
            curseur.execute("SELECT current_setting('statement_timeout')")
            avant = curseur.fetchone()
            curseur.execute(_DELAI, [DELAI_PAR_BRANCHE])
            lignes = _ensemble([branche])[branche.cle]
            # Inside a caller's transaction the short delay would outlive the savepoint.
            curseur.execute(_DELAI, avant)
            return lignes
    except (DatabaseError, InterfaceError) as erreur:
        _verifier_connexion(erreur)
        journal.error("branche %s indisponible : %s", branche.cle, type(erreur.__cause__ or erreur).__name__)
        return None


def _habiller(branche: Branche) -> str:
    return f"SELECT %s::text AS cle, row_number() OVER () AS rang, to_json(t)::text AS ligne FROM ({branche.sql}) AS t"


def _verifier_connexion(erreur: Exception) -> None:
    if connection.connection is None or connection.connection.closed:
        raise BaseIndisponible("La base de données ne répond pas. Réessayez dans quelques instants.") from erreur
