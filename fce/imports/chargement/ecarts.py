"""List all the units that differ between two versions of a source, so that the index can be updated for them only.

Reads only the tables that the versions do not share. Rows are compared by a hash of the columns of interest, so a row
that moved unchanged is no difference.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import psycopg
from django.db import ProgrammingError, connection, transaction
from psycopg import sql

from . import generations
from .indexation import colonnes_sql
from .parties import Partie, parties_de

if TYPE_CHECKING:
    from fce.imports.models import Import
    from fce.sources.declaration import Source

_MEMOIRE = "256MB"


@dataclass(frozen=True, slots=True)
class Regard:
    """What to compare in a source: ``attributs``; ``siren`` and ``siret`` name the attributes that identify the unit
    ("" if none).

    ``ordre``: also compare the order of a company's rows in the file.
    """

    source: Source
    siren: str
    siret: str
    attributs: tuple[str, ...]
    ordre: bool = False


class UniteChangee(NamedTuple):
    """The company of a row that differs, and the number on the row: its SIRET, else its SIREN."""

    siren: str
    numero: str


def lignes_a_comparer(regard: Regard, avant: Import | None, apres: Import) -> int | None:
    """Number of rows that ``unites_changees`` would read; None when a version is not kept or has other columns.

    ``avant`` None: no previous version, everything is new.
    """
    voulues = dict(generations.colonnes_declarees(regard.source))
    noms = [*_colonnes(regard), "ligne"]
    for importation in filter(None, (avant, apres)):
        parties = parties_de(importation)
        if not parties or any(dict(p.colonnes).get(nom) != voulues[nom] for p in parties for nom in noms):
            return None
    return sum(partie.lignes for cote in parties_propres(avant, apres) for partie in cote)


def unites_changees(regard: Regard, avant: Import | None, apres: Import, limite: int) -> set[UniteChangee] | None:
    """At most ``limite`` units whose rows differ; None when a version was dropped meanwhile.

    Call only when ``lignes_a_comparer`` gave a number. With ``ordre``, the whole company counts as changed.
    """
    anciennes, neuves = parties_propres(avant, apres)
    if not anciennes and not neuves:
        return set()
    partagees = bool({p.table for p in parties_de(avant)} & {p.table for p in parties_de(apres)})
    lignes = sql.SQL(" UNION ALL ").join(
        _lignes(regard, partie, sens, ligne=regard.ordre and partagees)
        for sens, cote in ((-1, anciennes), (1, neuves))
        for partie in cote
    )
    if regard.ordre and not partagees:
        # One more row in a file shifts all the following ones, so compare the order within each company only.
        lignes = sql.SQL(
            "SELECT y.siren, y.siren AS numero, y.sens, "
            "hashtextextended(string_agg(y.h::text, ',' ORDER BY y.ligne), 0) AS h FROM ({}) y GROUP BY y.siren, y.sens"
        ).format(lignes)
    requete = sql.SQL(
        "SELECT DISTINCT z.siren, z.numero FROM (SELECT x.siren, x.numero FROM ({}) x "
        "GROUP BY x.siren, x.numero, x.h HAVING sum(x.sens) <> 0) z LIMIT {}"
    ).format(lignes, sql.Literal(limite))
    try:
        with transaction.atomic(), connection.cursor() as curseur:
            curseur.execute(
                "SELECT set_config('statement_timeout', '0', true), set_config('work_mem', %s, true)", [_MEMOIRE]
            )
            curseur.execute(requete)
            return {UniteChangee(siren, numero) for siren, numero in curseur.fetchall()}
    except ProgrammingError as erreur:
        if isinstance(erreur.__cause__, psycopg.errors.UndefinedTable):
            return None
        raise


def parties_propres(avant: Import | None, apres: Import | None) -> tuple[list[Partie], list[Partie]]:
    """The tables of each version that the other does not share: they hold all the differences."""
    cotes = parties_de(avant), parties_de(apres)
    communes = {p.table for p in cotes[0]} & {p.table for p in cotes[1]}
    anciennes, neuves = ([p for p in cote if p.table not in communes] for cote in cotes)
    return anciennes, neuves


def _colonnes(regard: Regard) -> list[str]:
    return colonnes_sql(regard.source, [*dict.fromkeys(filter(None, (regard.siren, regard.siret, *regard.attributs)))])


def _lignes(regard: Regard, partie: Partie, sens: int, *, ligne: bool) -> sql.Composed:
    siren, siret = (
        sql.Identifier("g", colonnes_sql(regard.source, [a])[0]) if a else None for a in (regard.siren, regard.siret)
    )
    debut = sql.SQL("left({}, 9)").format(siret) if siret else None
    comparees = [sql.Identifier("g", nom) for nom in (*_colonnes(regard), *(["ligne"] if ligne else []))]
    return sql.SQL(
        'SELECT coalesce({siren}) COLLATE "C" AS siren, coalesce({numero}) COLLATE "C" AS numero, {sens} AS sens, '
        "g.ligne, hashtextextended(ROW({colonnes})::text, 0) AS h FROM {table} g WHERE coalesce({numero}) IS NOT NULL"
    ).format(
        siren=sql.SQL(", ").join(x for x in (siren, debut) if x),
        numero=sql.SQL(", ").join(x for x in (siret, siren) if x),
        sens=sql.Literal(sens),
        colonnes=sql.SQL(", ").join(comparees),
        table=generations.identifiant(partie.table),
    )
