"""Generation tables and the stable views over them. A view always exists, always has the columns of the declaration."""

import hashlib
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING

import psycopg
from django.db import connection
from psycopg import sql

from .acces import SCHEMAS_DES_VUES, Roles, acces
from .parties import ColonneSql, Partie

if TYPE_CHECKING:
    from fce.sources.declaration import Fait, Source

SCHEMA = "generations"


def colonnes_declarees(source: "Source") -> tuple[ColonneSql, ...]:
    """Columns that the declaration asks today, ``ligne`` first."""
    return _colonnes_du_modele(source.modele)


@cache
def _colonnes_du_modele(modele: "type[Fait]") -> tuple[ColonneSql, ...]:
    champs = modele._meta.concrete_fields
    colonnes = [ColonneSql(str(champ.column), champ.db_type(connection) or "text") for champ in champs]
    return tuple(sorted(colonnes, key=lambda colonne: colonne.nom != "ligne"))


def nom_de_table(source: "Source", numero: int) -> str:
    """Name, without its schema, of the generation of a source that the import ``numero`` fills."""
    return f"{source.vue}_{numero}"


def identifiant(table: str) -> sql.Identifier:
    """Quoted name of a generation, with its schema, to put in a statement."""
    return sql.Identifier(SCHEMA, table)


def creer_table(
    connexion: psycopg.Connection, table: str, colonnes: Iterable[ColonneSql], indexees: frozenset[str] = frozenset()
) -> None:
    """Create an empty generation. No constraint: the unique key is checked by its index, once, after the load.

    ``indexees``: columns that will have an index. Those of text are identifiers and codes, compared byte by byte: with
    the collation "C", PostgreSQL sorts them two to three times faster than with that of a language.
    """
    definitions = []
    for nom, type_ in colonnes:
        collation = sql.SQL(' COLLATE "C"' if type_ == "text" and nom in indexees else "")
        definitions.append(sql.SQL("{} {}{}").format(sql.Identifier(nom), sql.SQL(type_), collation))
    connexion.execute(sql.SQL("CREATE TABLE {} ({})").format(identifiant(table), sql.SQL(", ").join(definitions)))


def signature(source: "Source", parties: Sequence[Partie], roles: Roles) -> str:
    """What the definition of the view depends on, as a short text kept in the view's comment."""
    tables = [(partie.table, [tuple(c) for c in partie.colonnes]) for partie in parties]
    droits = [requete.as_string(None) for requete in acces(source, roles)]
    contenu = repr((tables, [tuple(c) for c in colonnes_declarees(source)], droits))
    return "fce:" + hashlib.sha256(contenu.encode()).hexdigest()


def a_convertir(source: "Source", colonnes_table: Sequence[ColonneSql]) -> list[ColonneSql]:
    """Declared columns that the table has under another type."""
    en_table = dict(colonnes_table)
    return [c for c in colonnes_declarees(source) if en_table.get(c.nom, c.type) != c.type]


def inconvertibles(
    connexion: psycopg.Connection, source: "Source", table: str, colonnes_table: Sequence[ColonneSql]
) -> frozenset[str]:
    """Names of the retyped columns of which at least one value does not fit the new type (the whole table is read)."""
    noms = set()
    for colonne in a_convertir(source, colonnes_table):
        essai = sql.SQL("SELECT count({}::text::{}) FROM {}").format(
            sql.Identifier(colonne.nom),
            sql.SQL(colonne.type),
            identifiant(table),
        )
        try:
            with connexion.transaction():
                connexion.execute(essai)
        except psycopg.DataError:
            noms.add(colonne.nom)
    return frozenset(noms)


def selection(
    source: "Source", parties: Sequence[Partie], inconvertibles: frozenset[str] = frozenset()
) -> sql.Composed:
    """The declared columns of all the parts of a generation; no part = no row, but typed columns.

    A declared column that a part lacks, or of which some value does not fit its new type, reads NULL.
    """
    if not parties:
        return sql.SQL("SELECT {} WHERE false").format(_expressions(source, {}, inconvertibles))
    return sql.SQL(" UNION ALL ").join(
        sql.SQL("SELECT {} FROM {}").format(
            _expressions(source, dict(partie.colonnes), inconvertibles), identifiant(partie.table)
        )
        for partie in parties
    )


def _expressions(source: "Source", en_table: dict[str, str], inconvertibles: frozenset[str]) -> sql.Composed:
    expressions = []
    for nom, type_ in colonnes_declarees(source):
        valeur: sql.Composable
        if en_table.get(nom) == type_:
            valeur = sql.Identifier(nom)
        elif nom not in en_table or nom in inconvertibles:
            valeur = sql.SQL("NULL::{}").format(sql.SQL(type_))
        else:
            valeur = sql.SQL("{}::text::{}").format(sql.Identifier(nom), sql.SQL(type_))
        expressions.append(sql.SQL("{} AS {}").format(valeur, sql.Identifier(nom)))
    return sql.SQL(", ").join(expressions)


def requetes_de_vue(
    source: "Source", parties: Sequence[Partie], roles: Roles, inconvertibles: frozenset[str] = frozenset()
) -> list[sql.Composed]:
    """Statements that drop and re-create the view of ``source`` over ``parties``, with its grants."""
    vue = sql.Identifier(source.schema, source.vue)
    return [
        # Its class of access may have changed: the view never stays where it was.
        *(sql.SQL("DROP VIEW IF EXISTS {}").format(sql.Identifier(schema, source.vue)) for schema in SCHEMAS_DES_VUES),
        sql.SQL("CREATE VIEW {} AS {}").format(vue, selection(source, parties, inconvertibles)),
        sql.SQL("COMMENT ON VIEW {} IS {}").format(vue, sql.Literal(signature(source, parties, roles))),
        *acces(source, roles),
    ]


def tables_existantes(connexion: psycopg.Connection, *sources: "Source") -> list[str]:
    """Generation tables of ``sources`` in the database, known to an Import or not."""
    vues = "|".join(source.vue for source in sources)
    lignes = connexion.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = %s AND tablename ~ %s ORDER BY tablename",
        (SCHEMA, f"^({vues})_[0-9]+(p[0-9]+)?$"),
    )
    return [table for (table,) in lignes]


def effacer(connexion: psycopg.Connection, table: str) -> bool:
    """Drop a generation unless someone reads it; False = still there, try again later. Waits half a second at most."""
    try:
        with connexion.transaction():
            connexion.execute("SET LOCAL lock_timeout = '500ms'")
            connexion.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(identifiant(table)))
    except (psycopg.errors.LockNotAvailable, psycopg.errors.DependentObjectsStillExist):
        return False
    return True
