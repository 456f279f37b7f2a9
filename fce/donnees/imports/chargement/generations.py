"""Generation tables and the views over them. A view always exists and always has the declared columns."""

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import closing
from functools import cache

import psycopg
from django.db import connection
from psycopg import sql

from fce.donnees.imports.models import Import
from fce.sources.declaration import Fait, Source

from . import connexions
from .acces import SCHEMAS_DES_VUES, Roles, acces
from .parties import ColonneSql, Partie, parties_de

SCHEMA = "generations"


def colonnes_declarees(source: Source) -> tuple[ColonneSql, ...]:
    return _colonnes_du_modele(source.modele)


@cache
def _colonnes_du_modele(modele: "type[Fait]") -> tuple[ColonneSql, ...]:
    champs = modele._meta.concrete_fields
    colonnes = [ColonneSql(str(champ.column), champ.db_type(connection) or "text") for champ in champs]
    return tuple(sorted(colonnes, key=lambda colonne: colonne.nom != "ligne"))


def nom_de_table(source: Source, numero: int) -> str:
    return f"{source.vue}_{numero}"


def identifiant(table: str) -> sql.Identifier:
    return sql.Identifier(SCHEMA, table)


def creer_table(
    connexion: psycopg.Connection, table: str, colonnes: Iterable[ColonneSql], indexees: frozenset[str] = frozenset()
) -> None:
    """Create an empty generation table. It has no constraint: the unique index checks the key once, after the load.

    ``indexees``: columns to be indexed. Text ones (identifiers, codes) get the collation "C", which sorts two to three
    times faster than a language collation.
    """
    definitions = []
    for nom, type_ in colonnes:
        collation = sql.SQL(' COLLATE "C"' if type_ == "text" and nom in indexees else "")
        definitions.append(sql.SQL("{} {}{}").format(sql.Identifier(nom), sql.SQL(type_), collation))
    connexion.execute(sql.SQL("CREATE TABLE {} ({})").format(identifiant(table), sql.SQL(", ").join(definitions)))


def signature(source: Source, parties: Sequence[Partie], roles: Roles) -> str:
    """Hash of the tables, columns and grants of the view, stored in its comment."""
    tables = [(partie.table, [tuple(c) for c in partie.colonnes]) for partie in parties]
    droits = [requete.as_string(None) for requete in acces(source, roles)]
    contenu = repr((tables, [tuple(c) for c in colonnes_declarees(source)], droits))
    return "fce:" + hashlib.sha256(contenu.encode()).hexdigest()


def a_convertir(source: Source, colonnes_table: Sequence[ColonneSql]) -> list[ColonneSql]:
    en_table = dict(colonnes_table)
    return [c for c in colonnes_declarees(source) if en_table.get(c.nom, c.type) != c.type]


def inconvertibles(
    connexion: psycopg.Connection, source: Source, table: str, colonnes_table: Sequence[ColonneSql]
) -> frozenset[str]:
    """Names of the retyped columns with a value that does not fit the new type. Reads the whole table."""
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


def colonnes_inconvertibles(source: Source, version: Import | None) -> frozenset[str]:
    """Retyped columns that must read NULL. Reads whole tables, hence runs before a switch, without its time limits."""
    retypees = [p for p in parties_de(version) if a_convertir(source, p.colonnes)]
    if not retypees:
        return frozenset()
    with closing(connexions.ouvrir("conversion")) as connexion:
        return frozenset().union(*(inconvertibles(connexion, source, p.table, p.colonnes) for p in retypees))


def lignes(source: Source, version: Import | None, parties: Sequence[Partie] | None = None) -> sql.Composed:
    """SELECT the rows of a version as its view shows them; ``parties``: only those of these tables."""
    return selection(
        source, parties_de(version) if parties is None else parties, colonnes_inconvertibles(source, version)
    )


def selection(source: Source, parties: Sequence[Partie], inconvertibles: frozenset[str] = frozenset()) -> sql.Composed:
    """SELECT the declared columns of all the parts; without parts, a query with typed columns and no row.

    A column that a part lacks, or that cannot be converted (``inconvertibles``), reads NULL.
    """
    if not parties:
        return sql.SQL("SELECT {} WHERE false").format(_expressions(source, {}, inconvertibles))
    return sql.SQL(" UNION ALL ").join(
        sql.SQL("SELECT {} FROM {}").format(
            _expressions(source, dict(partie.colonnes), inconvertibles), identifiant(partie.table)
        )
        for partie in parties
    )


def _expressions(source: Source, en_table: dict[str, str], inconvertibles: frozenset[str]) -> sql.Composed:
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
    source: Source, parties: Sequence[Partie], roles: Roles, inconvertibles: frozenset[str] = frozenset()
) -> list[sql.Composed]:
    vue = sql.Identifier(source.schema, source.vue)
    return [
        # Drop the view from both schemas: its access class may have changed.
        *(sql.SQL("DROP VIEW IF EXISTS {}").format(sql.Identifier(schema, source.vue)) for schema in SCHEMAS_DES_VUES),
        sql.SQL("CREATE VIEW {} AS {}").format(vue, selection(source, parties, inconvertibles)),
        sql.SQL("COMMENT ON VIEW {} IS {}").format(vue, sql.Literal(signature(source, parties, roles))),
        *acces(source, roles),
    ]


def tables_existantes(connexion: psycopg.Connection, *sources: Source) -> list[str]:
    vues = "|".join(source.vue for source in sources)
    lignes = connexion.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = %s AND tablename ~ %s ORDER BY tablename",
        (SCHEMA, f"^({vues})_[0-9]+(p[0-9]+)?$"),
    )
    return [table for (table,) in lignes]


def effacer(connexion: psycopg.Connection, table: str) -> bool:
    """False if a reader still holds the table after 0.5 s."""
    try:
        with connexion.transaction():
            connexion.execute("SET LOCAL lock_timeout = '500ms'")
            connexion.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(identifiant(table)))
    except (psycopg.errors.LockNotAvailable, psycopg.errors.DependentObjectsStillExist):
        return False
    return True
