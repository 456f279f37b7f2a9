"""Duplicate keys in a generation, searched only when the unique index cannot be created."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import psycopg
from psycopg import sql

from .generations import identifiant
from .parties import ColonneSql


class Conflit(NamedTuple):
    """Removed because another row with the same key was kept."""

    ligne: int
    valeur: str
    gardee: int


class Bilan(NamedTuple):
    identiques: int
    anterieures: int
    conflits: int


def creer_index_unique(connexion: psycopg.Connection, table: str, cle: Sequence[str]) -> bool:
    """Return False when two rows share a key; the transaction stays usable."""
    try:
        with connexion.transaction():
            connexion.execute(
                sql.SQL("CREATE UNIQUE INDEX ON {} ({})").format(
                    identifiant(table), sql.SQL(", ").join(map(sql.Identifier, cle))
                )
            )
    except psycopg.errors.UniqueViolation:
        return False
    return True


def retirer(
    connexion: psycopg.Connection,
    table: str,
    colonnes: Sequence[ColonneSql],
    cle: Sequence[str],
    plus_recente: str | None,
) -> tuple[Bilan, Iterator[Conflit]]:
    """Keep one row per key, delete the others; return the counts and the conflicts in file order.

    Without ``plus_recente``, the first row is kept and every different one is a conflict. With that column, the row
    with its greatest value is kept; the others are older versions, or conflicts when the value is equal.
    """
    noms_cle = sql.SQL(", ").join(map(sql.Identifier, cle))
    contenu = sql.SQL(", ").join(sql.Identifier(colonne.nom) for colonne in colonnes if colonne.nom != "ligne")
    ordre = (
        sql.SQL("{} DESC NULLS LAST, ligne").format(sql.Identifier(plus_recente)) if plus_recente else sql.SQL("ligne")
    )
    rang = sql.Identifier(plus_recente) if plus_recente else sql.SQL("NULL::text")
    cle_non_nulle = sql.SQL(" AND ").join(sql.SQL("{} IS NOT NULL").format(sql.Identifier(nom)) for nom in cle)
    # Sort only the rows of repeated keys, never the whole table.
    connexion.execute(
        sql.SQL(
            """
            CREATE TEMPORARY TABLE doublons ON COMMIT DROP AS
            WITH repetees AS (
                SELECT {cle} FROM {table} WHERE {non_nulle} GROUP BY {cle} HAVING count(*) > 1
            ), lignes AS MATERIALIZED (
                SELECT t.ctid AS place, ligne, {rang} AS rang, concat_ws(' ', {cle}) AS valeur,
                       md5(ROW({contenu})::text) AS contenu,
                       first_value(t.ctid) OVER cle AS place_gardee
                FROM {table} AS t JOIN repetees USING ({cle})
                WINDOW cle AS (PARTITION BY {cle} ORDER BY {ordre} ROWS UNBOUNDED PRECEDING)
            )
            SELECT autre.place, autre.ligne, autre.valeur, gardee.ligne AS gardee,
                   CASE WHEN autre.contenu = gardee.contenu THEN 'identique'
                        WHEN autre.rang IS DISTINCT FROM gardee.rang THEN 'anterieure'
                        ELSE 'conflit' END AS nature
            FROM lignes AS autre JOIN lignes AS gardee ON gardee.place = autre.place_gardee
            WHERE autre.place <> gardee.place
            """
        ).format(
            rang=rang, cle=noms_cle, contenu=contenu, table=identifiant(table), ordre=ordre, non_nulle=cle_non_nulle
        )
    )
    connexion.execute(
        sql.SQL("DELETE FROM {} AS t USING doublons AS d WHERE t.ctid = d.place").format(identifiant(table))
    )
    comptes: dict[str, int] = dict(
        connexion.execute("SELECT nature, count(*) FROM doublons GROUP BY nature").fetchall()
    )
    bilan = Bilan(comptes.get("identique", 0), comptes.get("anterieure", 0), comptes.get("conflit", 0))
    return bilan, _conflits(connexion)


def _conflits(connexion: psycopg.Connection) -> Iterator[Conflit]:
    # A server-side cursor, because there may be as many conflicts as rows.
    with connexion.cursor("conflits") as curseur:
        curseur.execute("SELECT ligne, valeur, gardee FROM doublons WHERE nature = 'conflit' ORDER BY ligne")
        for ligne, valeur, gardee in curseur:
            yield Conflit(ligne, valeur, gardee)
