"""Comparison of two versions of a source, the only one: index, feed, follows and deposits read it.

Only the tables that the versions do not share are read. A row is about the establishment whose SIRET it gives, else
about the company; it differs when the other version has fewer such rows about this unit with the same compared values,
wherever they are in the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import psycopg
from django.db import ProgrammingError, connection, transaction
from psycopg import sql

from fce.donnees.imports.models import Import
from fce.sources.declaration import Source

from . import generations
from .indexation import colonnes_sql
from .parties import Partie, parties_de

Cotes = tuple[Sequence[Partie], Sequence[Partie]]
"""Tables of the former version, of the new one."""
MEMOIRE = "SELECT set_config('statement_timeout', '0', true), set_config('work_mem', '256MB', true)"
"""For the transaction of a comparison of whole versions."""


@dataclass(frozen=True, slots=True)
class Regard:
    """Columns of a source to compare (``attributs``), and whether the order of a company's rows in the file counts
    (``ordre``)."""

    source: Source
    attributs: tuple[str, ...]
    ordre: bool = False


def propres(avant: Import | None, apres: Import | None) -> Cotes:
    """The tables of each version that the other does not share: they hold all the differences.

    A merge not switched yet lists the rows that it takes out of the shared table.
    """
    anciennes, neuves = parties_de(avant), parties_de(apres)
    communes = {p.table for p in anciennes} & {p.table for p in neuves}
    cedees = [replace(p, table=p.cedees) for p in neuves if p.cedees]
    return [*(p for p in anciennes if p.table not in communes), *cedees], [p for p in neuves if p.table not in communes]


def meme_forme(source: Source, attributs: Sequence[str], *versions: Import | None) -> bool:
    """Whether these versions are kept and have these columns as declared today: a column that one of them lacks would
    make every row differ."""
    attendues = dict(generations.colonnes_declarees(source))
    noms = [*colonnes_sql(source, [*filter(None, (source.siren, source.siret)), *attributs]), "ligne"]
    return all(
        parties and all(dict(p.colonnes).get(nom) == attendues[nom] for p in parties for nom in noms)
        for parties in map(parties_de, filter(None, versions))
    )


def lignes(
    source: Source, avant: Import | None, apres: Import | None, tables: Cotes | None = None
) -> sql.Composed | None:
    """SELECT the rows of both versions as their views show them, ``sens`` first: -1 before, 1 after. None without any
    table to read. ``tables``: those to read (default: those that they do not share)."""
    anciennes, neuves = tables or propres(avant, apres)
    morceaux = [
        sql.SQL("SELECT {} AS sens, v.* FROM ({}) v").format(
            sql.Literal(sens), generations.lignes(source, version, parties)
        )
        for sens, version, parties in ((-1, avant, anciennes), (1, apres, neuves))
        if parties
    ]
    return sql.SQL(" UNION ALL ").join(morceaux) if morceaux else None


def siren(source: Source, alias: str) -> sql.Composed:
    """SQL of the SIREN of a row: its own, else the start of its SIRET. Bare when every row has one, for its index."""
    if not source.siret or source.siren in source.obligatoires:
        return sql.Composed([_colonne(source, source.siren, alias)])
    siens: list[sql.Composable] = [_colonne(source, source.siren, alias)] if source.siren else []
    return _premier([*siens, sql.SQL("left({}, 9)").format(_colonne(source, source.siret, alias))])


def numero(source: Source, alias: str) -> sql.Composed:
    """SQL of the SIRET of a row, else of its SIREN."""
    return _premier([_colonne(source, attribut, alias) for attribut in (source.siret, source.siren) if attribut])


def parmi(source: Source, lignes: sql.Composable, numeros: sql.Composable) -> sql.Composed:
    """SELECT the rows among ``lignes`` of the units ``numeros``: a SELECT of one column ``numero``, SIREN and SIRET."""
    egales: list[tuple[int, sql.Composable]] = [(9, siren(source, "t"))]
    if source.siret:
        egales.append((14, _colonne(source, source.siret, "t")))
    # In index order, so that table pages are read sequentially.
    return sql.SQL("WITH s AS MATERIALIZED (SELECT n.numero FROM ({}) n ORDER BY n.numero) {}").format(
        numeros,
        sql.SQL(" UNION ALL ").join(
            sql.SQL('SELECT t.* FROM s JOIN ({}) t ON length(s.numero) = {} AND {} = s.numero COLLATE "C"').format(
                lignes, sql.Literal(longueur), egale
            )
            for longueur, egale in egales
        ),
    )


def differentes(
    regard: Regard, avant: Import | None, apres: Import | None, numeros: sql.Composable | None = None
) -> sql.Composed | None:
    """SELECT the rows that differ, each once: ``_siren`` and ``_numero`` of its unit, ``_ecart`` (below zero: of the
    former version). None without any table to read.

    ``numeros``: only of these units, as for ``parmi``, and with the compared attributes.
    """
    source = regard.source
    if (des_deux := lignes(source, avant, apres)) is None:
        return None
    noms = colonnes_sql(source, regard.attributs)
    valeurs = [_texte(source, nom) for nom in noms]
    if numeros is None:
        rang = [_rang(source, avant, apres)] if regard.ordre else []
        noms, hachees = ["h"], [*(sql.Identifier("t", nom) for nom in noms), *rang]
        valeurs = [sql.SQL("hashtextextended(ROW({})::text, 0) AS h").format(sql.SQL(", ").join(hachees))]
    else:
        des_deux = parmi(source, des_deux, numeros)
    return sql.SQL(
        'SELECT x._siren, x._numero, sum(x.sens) AS _ecart, {noms} FROM (SELECT {siren} COLLATE "C" AS _siren, '
        '{numero} COLLATE "C" AS _numero, t.sens, {valeurs} FROM ({lignes}) t WHERE {numero} IS NOT NULL) x '
        "GROUP BY x._siren, x._numero, {noms} HAVING sum(x.sens) <> 0"
    ).format(
        noms=sql.SQL(", ").join(sql.Identifier("x", nom) for nom in noms),
        siren=siren(source, "t"),
        numero=numero(source, "t"),
        valeurs=sql.SQL(", ").join(valeurs),
        lignes=des_deux,
    )


def unites_changees(regard: Regard, avant: Import | None, apres: Import, limite: int) -> set[tuple[str, str]] | None:
    """At most ``limite`` units whose rows differ: (SIREN, SIRET or SIREN). None when a version was just dropped."""
    if (rangs := differentes(regard, avant, apres)) is None:
        return set()
    requete = sql.SQL("SELECT DISTINCT z._siren, z._numero FROM ({}) z LIMIT {}").format(rangs, sql.Literal(limite))
    try:
        with transaction.atomic(), connection.cursor() as curseur:
            curseur.execute(MEMOIRE)
            curseur.execute(requete)
            return set(curseur.fetchall())
    except ProgrammingError as erreur:
        if isinstance(erreur.__cause__, psycopg.errors.UndefinedTable):
            return None
        raise


def _rang(source: Source, avant: Import | None, apres: Import | None) -> sql.Composed:
    """Place of a row among those of its company: one more row in a file shifts all the following ones. A merge keeps
    the lines of the table that it shares."""
    if {p.table for p in parties_de(avant)} & {p.table for p in parties_de(apres)}:
        return sql.SQL("t.{}").format(sql.Identifier("ligne"))
    return sql.SQL("row_number() OVER (PARTITION BY {}, t.sens ORDER BY t.ligne)").format(siren(source, "t"))


def _texte(source: Source, nom: str) -> sql.Composed:
    """Force one collation: tables filled under older declarations may have another."""
    texte = dict(generations.colonnes_declarees(source))[nom] == "text"
    return sql.SQL("t.{0}{1} AS {0}").format(sql.Identifier(nom), sql.SQL(' COLLATE "C"' if texte else ""))


def _colonne(source: Source, attribut: str, alias: str) -> sql.Identifier:
    return sql.Identifier(alias, *colonnes_sql(source, [attribut]))


def _premier(expressions: Sequence[sql.Composable]) -> sql.Composed:
    return sql.SQL("coalesce({})").format(sql.SQL(", ").join(expressions))
