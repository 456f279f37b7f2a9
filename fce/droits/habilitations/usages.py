"""The use of each token and key of the API: counted in memory, written together after about a minute.

What is counted is the operation, without its arguments: nobody can tell which company was looked at.
"""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from datetime import date, timedelta
from typing import Final, NamedTuple

import structlog
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest
from django.urls import Resolver404, resolve

from fce.droits.habilitations.models import JetonApi, UsageDeJeton
from fce.socle.base.ecriture import ecriture
from fce.socle.base.roles import Role, sous_role
from fce.socle.erreurs import BaseIndisponible
from fce.socle.texte import paris

ATTENTE_S: Final = 60.0
"""Seconds that counts stay in memory; a killed process loses them."""
LIGNES_MAX: Final = 5_000
JOURS: Final = 31
_ARGUMENT: Final = re.compile(r"<(?:[^:>]+:)?([^>]+)>")
INCONNUE: Final = "adresse inconnue"
log = structlog.get_logger("fce.usages")


class FaitDeJeton(NamedTuple):
    """One counter: the requests of a token for one operation on one day, answered or refused."""

    jeton: int
    jour: date
    operation: str
    refuse: bool


class _Memoire:
    def __init__(self) -> None:
        self.faits: Counter[FaitDeJeton] = Counter()
        self.depuis = 0.0
        self.verrou = threading.Lock()


_MEMOIRE: Final = _Memoire()
# Tokens erased meanwhile are left out.
_ECRIRE: Final = """
WITH nouveaux AS (
    SELECT * FROM unnest(%s::bigint[], %s::date[], %s::text[], %s::int[], %s::int[])
        AS n (jeton_id, jour, operation, demandes, refusees)
    WHERE EXISTS (SELECT 1 FROM droits_jetonapi WHERE id = n.jeton_id)
)
INSERT INTO droits_usagedejeton AS u (jeton_id, jour, operation, demandes, refusees)
SELECT jeton_id, jour, operation, sum(demandes), sum(refusees) FROM nouveaux GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
ON CONFLICT (jeton_id, jour, operation)
DO UPDATE SET demandes = u.demandes + excluded.demandes, refusees = u.refusees + excluded.refusees
"""

_DERNIER_USAGE: Final = "UPDATE droits_jetonapi SET dernier_usage = now() WHERE id = ANY(%s::bigint[])"


def noter(jeton: int, request: HttpRequest, *, refuse: bool) -> None:
    """Count a request; drop a new count beyond ``LIGNES_MAX``."""
    fait = FaitDeJeton(jeton, paris.aujourd_hui(), operation(request), refuse)
    with _MEMOIRE.verrou:
        if not _MEMOIRE.faits:
            _MEMOIRE.depuis = time.monotonic()
        if fait in _MEMOIRE.faits or len(_MEMOIRE.faits) < LIGNES_MAX:
            _MEMOIRE.faits[fait] += 1


def operation(request: HttpRequest) -> str:
    """Method and path of the route, its arguments left out: « GET /api/v1/entreprises/{siren} »."""
    try:
        trouvee = request.resolver_match or resolve(request.path_info)
    except Resolver404:
        return INCONNUE
    chemin = _ARGUMENT.sub(r"{\1}", trouvee.route)
    return f"{request.method} /{chemin}"[:120]


def remettre(attente: float = ATTENTE_S) -> int:
    """Write the counts in memory once the oldest has waited ``attente`` seconds; return their number.

    Those that the database refuses wait as long again. Call it outside any transaction.
    """
    with _MEMOIRE.verrou:
        if not _MEMOIRE.faits or time.monotonic() - _MEMOIRE.depuis < attente:
            return 0
        pris, _MEMOIRE.faits = _MEMOIRE.faits, Counter()
    try:
        with sous_role(Role.AGENTS), ecriture(durable=False), connection.cursor() as curseur:
            colonnes = zip(*((f.jeton, f.jour, f.operation, n, n * f.refuse) for f, n in pris.items()), strict=True)
            curseur.execute(_ECRIRE, [list(c) for c in colonnes])
            curseur.execute(_DERNIER_USAGE, [sorted({f.jeton for f in pris})])
    except (DatabaseError, InterfaceError, BaseIndisponible) as erreur:
        log.warning("usage_non_ecrit", erreur=type(erreur).__name__, lignes=len(pris))
        with _MEMOIRE.verrou:
            _MEMOIRE.faits.update(pris)
            _MEMOIRE.depuis = time.monotonic()
        return 0
    return len(pris)


def recents(jeton: JetonApi, aujourd_hui: date) -> list[UsageDeJeton]:
    """The use of a token in the last ``JOURS`` days, by day, latest first, and operation."""
    return list(UsageDeJeton.objects.filter(jeton=jeton, jour__gt=aujourd_hui - timedelta(days=JOURS)))
