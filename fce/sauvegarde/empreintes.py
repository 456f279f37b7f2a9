"""Number of rows of each table and their hashes, read in one snapshot: a backup must give them back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from psycopg import sql

Compte = list[str]
"""Rows, then two sums of hashes, as decimal numbers in text."""

SCHEMA: Final = "sauvegarde"
"""Schema of this machine rather than of its data: never copied, never restored."""
SANS_LIGNES: Final = ("public.comptes_session", "public.sources_reponsedirecte")
"""Copied empty: nobody stays signed in after a restore, and the answers of live sources last a few hours."""
# The same text whatever the settings of the server and of the account.
FORMES: Final = (
    "SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO'; SET LOCAL IntervalStyle = 'postgres'; SET LOCAL "
    "extra_float_digits = 1; SET LOCAL bytea_output = 'hex'; SET LOCAL statement_timeout = 0"
)
_TABLES = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND c.relpersistence <> 't'
  AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'sauvegarde')
  AND n.nspname NOT LIKE 'pg\\_%%' AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
ORDER BY 1, 2
"""
# The sum does not depend on the order of the rows: no sort, constant memory. Two hashes of 64 bits each.
_COMPTER = sql.SQL(
    "SELECT count(*)::text, coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text, "
    "coalesce(sum(hashtextextended(t::text, 4030)::numeric), 0)::text FROM ONLY {} t"
)


def tables(curseur: Any) -> list[tuple[str, str]]:
    """(schema, table) of everything that a backup holds."""
    curseur.execute(_TABLES)
    return [(schema, nom) for schema, nom in curseur.fetchall()]


def compter(curseur: Any) -> Iterator[tuple[str, Compte]]:
    """Yield (``schema.table``, its count), inside the caller's transaction."""
    curseur.execute(FORMES)
    for schema, nom in tables(curseur):
        if f"{schema}.{nom}" not in SANS_LIGNES:
            curseur.execute(_COMPTER.format(sql.Identifier(schema, nom)))
            yield f"{schema}.{nom}", list(curseur.fetchone())


def ecarts(attendues: dict[str, Compte], trouvees: dict[str, Compte]) -> list[str]:
    """One French line per table that differs."""
    phrases = [f"{nom} : absente." for nom in sorted(attendues.keys() - trouvees.keys())]
    phrases += [f"{nom} : de trop." for nom in sorted(trouvees.keys() - attendues.keys())]
    for nom in sorted(attendues.keys() & trouvees.keys()):
        (avant, *sommes), (apres, *relues) = attendues[nom], trouvees[nom]
        if avant != apres:
            phrases.append(f"{nom} : {apres} lignes au lieu de {avant}.")
        elif sommes != relues:
            phrases.append(f"{nom} : des lignes diffèrent.")
    return phrases
