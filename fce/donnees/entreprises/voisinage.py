"""Links between establishments: their positions, their predecessors and successors."""

# ruff: noqa: S608 (only constant names are interpolated)

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fce.donnees.entreprises.repertoire import LIEUX_OUVERTS
from fce.donnees.entreprises.sirene import SUCCESSIONS
from fce.socle.base import replique

PROFONDEUR: Final = 3
"""Number of succession links followed, each way."""
PARENTS_MAX: Final = 500


_POSITIONS: Final = (
    "SELECT e.siret, e.coordonnee_lambert_abscisse::float8, e.coordonnee_lambert_ordonnee::float8 "
    f"FROM {LIEUX_OUVERTS} e WHERE e.siret = ANY(%s) AND e.coordonnee_lambert_abscisse IS NOT NULL "
    "AND e.coordonnee_lambert_ordonnee IS NOT NULL"
)


def positions(sirets: Sequence[str]) -> list[tuple[str, float, float]]:
    """(SIRET, x, y), in metres, of those that are located and that everyone may locate. One round trip."""
    lignes = replique.lignes(_POSITIONS, [list(sirets)]) if sirets else ()
    return [(str(siret), float(x), float(y)) for siret, x, y in lignes]


def sql_diffusible(siret: str) -> str:
    """SQL condition: nothing is hidden of the establishment with the SIRET expression ``siret``."""
    return f"EXISTS (SELECT FROM {LIEUX_OUVERTS} o WHERE o.siret = {siret})"


def sql_parente(depart: str) -> str:
    """SQL of the SIRETs that precede or follow the establishments of ``depart`` (a one-column SELECT), which are
    excluded.

    Follows up to ``PROFONDEUR`` links forwards, and as many backwards; at most ``PARENTS_MAX`` rows, in case of a
    damaged file. The explicit collations let PostgreSQL use the indexes of the files (byte order) and of our tables
    (database collation).
    """
    liens = SUCCESSIONS.relation
    return (
        'SELECT DISTINCT p.siret FROM (SELECT c.siret COLLATE "default" AS siret FROM ('
        f'WITH RECURSIVE chaine(siret, avant, rang) AS (SELECT d.siret COLLATE "C", s.avant, 0 '
        f"FROM ({depart}) d(siret) "
        "CROSS JOIN (VALUES (true), (false)) s(avant) "
        'UNION SELECT v.siret COLLATE "C", c.avant, c.rang + 1 FROM chaine c '
        f"CROSS JOIN LATERAL (SELECT l.siret_successeur FROM {liens} l "
        "WHERE c.avant AND l.siret_predecesseur = c.siret "
        f"UNION ALL SELECT l.siret_predecesseur FROM {liens} l WHERE NOT c.avant AND l.siret_successeur = c.siret"
        f") v(siret) WHERE c.rang < {PROFONDEUR}) SELECT chaine.siret, chaine.rang FROM chaine "
        f"LIMIT {PARENTS_MAX}) c WHERE c.rang > 0) p WHERE p.siret NOT IN ({depart})"
    )
