"""Merging by key: which of two rows with one key is the latest, and how not to copy a large table for a few rows.

A small file merged into a large table gives a version of two tables: the large one, and a small one with the rows that
are new or changed. The rows of the large table that they replace are copied beside, then taken out of it in the
transaction of the switch (``bascule``): the version before is the large table and those rows. Nothing else is written.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, cast

import psycopg
from psycopg import sql

from fce.sources.modes import Fusionne

from . import generations
from .indexation import colonnes_indexees, colonnes_sql
from .parties import ColonneSql, Partie

if TYPE_CHECKING:
    from fce.sources.declaration import Source

# Below so many rows in place, a copy takes a few seconds and leaves one table.
LIGNES_MIN = 100_000
# The small table is folded into a new large one when it reaches this share of it.
PART_MAX = 1 / 8


def egales(source: "Source", colonnes: Sequence[ColonneSql]) -> sql.Composed:
    """SQL condition: row ``n`` of the file and row ``a`` in place are the same fact."""
    par_contenu = source.doublons.garder == "tous" and not isinstance(source.mode, Fusionne)
    noms = [c.nom for c in colonnes if c.nom != "ligne"] if par_contenu else colonnes_sql(source, source.cle)
    if par_contenu or not cle_sure(source):
        # A text of the whole: two empty values are the same, and equality can be hashed.
        return sql.SQL("md5(ROW({})::text) = md5(ROW({})::text)").format(
            sql.SQL(", ").join(sql.Identifier("n", nom) for nom in noms),
            sql.SQL(", ").join(sql.Identifier("a", nom) for nom in noms),
        )
    return memes_cles(noms, "n", "a")


def cle_sure(source: "Source") -> bool:
    """Whether the key is never empty, hence compared by its index."""
    return set(source.cle) <= source.obligatoires


def memes_cles(noms: Sequence[str], un: str, deux: str) -> sql.Composed:
    """SQL condition: both rows have the same key (columns ``noms``)."""
    return sql.SQL(" AND ").join(
        sql.SQL("{} = {}").format(sql.Identifier(un, nom), sql.Identifier(deux, nom)) for nom in noms
    )


def retirer_les_anciennes(
    connexion: psycopg.Connection,
    table: str,
    place: sql.Composable,
    egalite: sql.Composable,
    selon: str,
    *,
    en_retard: bool,
) -> int:
    """Delete from ``table`` the rows older, by ``selon``, than those in place (``place``, as ``a``); how many.

    ``en_retard``: the file is older than the version in place; of two rows of one instant, the one in place then stays:
    a producer may complete a row (a new nomenclature) without saying that it was treated again.
    """
    avant = sql.SQL(">=" if en_retard else ">")
    return connexion.execute(
        sql.SQL("DELETE FROM {} AS n USING {} WHERE {} AND ({} {} {} OR ({} IS NULL AND {} IS NOT NULL))").format(
            generations.identifiant(table),
            place,
            egalite,
            sql.Identifier("a", selon),
            avant,
            sql.Identifier("n", selon),
            sql.Identifier("n", selon),
            sql.Identifier("a", selon),
        )
    ).rowcount


class Reprise(NamedTuple):
    """Rows of the file that gave way to later ones, and rows in place kept in all."""

    cedees: int
    reprises: int


def recopier_les_recentes(
    connexion: psycopg.Connection,
    source: "Source",
    table: str,
    colonnes: Sequence[ColonneSql],
    place: sql.Composable,
) -> Reprise:
    """Bring into ``table``, the whole of a source, the rows in place that are later than what it says.

    They were merged from another source, after the file was written: later than the row of the same key, or than the
    whole file when it does not know them.
    """
    selon = sql.Identifier(*colonnes_sql(source, [str(source.date_metier)]))
    noms = sql.SQL(", ").join(sql.Identifier(colonne.nom) for colonne in colonnes)
    cible, egalite = generations.identifiant(table), egales(source, colonnes)
    connexion.execute(
        sql.SQL(
            "CREATE TEMPORARY TABLE recentes ON COMMIT DROP AS SELECT a.*, n.ligne IS NOT NULL AS connue "
            "FROM {place} LEFT JOIN {cible} AS n ON {egalite} "
            "WHERE a.{selon} > coalesce(n.{selon}, (SELECT max({selon}) FROM {cible} WHERE {selon} <= localtimestamp))"
        ).format(place=place, cible=cible, egalite=egalite, selon=selon)
    )
    cedees = connexion.execute(
        sql.SQL("DELETE FROM {} AS n USING recentes AS a WHERE a.connue AND {}").format(cible, egalite)
    ).rowcount
    reprises = connexion.execute(
        sql.SQL("INSERT INTO {} ({}) SELECT {} FROM recentes").format(cible, noms, noms)
    ).rowcount
    return Reprise(cedees, reprises)


def sans_recopier(source: "Source", colonnes: Sequence[ColonneSql], en_place: Sequence[Partie], nouvelles: int) -> bool:
    """Whether the large table in place need not be copied to merge ``nouvelles`` rows into it."""
    if not en_place or source.doublons.garder == "tous" or not cle_sure(source):
        return False
    grande, *petites = en_place
    # A table made under another declaration is converted once for all by a copy.
    if any(partie.colonnes != tuple(colonnes) for partie in en_place):
        return False
    ajoutees = nouvelles + sum(partie.lignes for partie in petites)
    return grande.lignes >= LIGNES_MIN and ajoutees <= PART_MAX * grande.lignes


def decouper(
    connexion: psycopg.Connection,
    source: "Source",
    table: str,
    cedees: str,
    colonnes: Sequence[ColonneSql],
    en_place: Sequence[Partie],
) -> list[Partie]:
    """Parts of the new version: the large table in place as it will be, and ``table`` with all that is not in it.

    ``cedees``: name of a table, made here, of the rows of the large one to take out. Its indexes are for the caller.
    """
    grande, *petites = en_place
    cle, noms = colonnes_sql(source, source.cle), [colonne.nom for colonne in colonnes]
    meme = memes_cles(cle, "n", "a")
    neuves = generations.identifiant(table)
    generations.creer_table(connexion, cedees, colonnes, colonnes_indexees(source))
    retirees = _inserer(
        connexion,
        cedees,
        noms,
        sql.SQL("{} AS n JOIN {} AS a ON {}").format(neuves, generations.identifiant(grande.table), meme),
    )
    for petite in petites:
        absentes = sql.SQL("{} AS a WHERE NOT EXISTS (SELECT FROM {} AS n WHERE {})")
        _inserer(connexion, table, noms, absentes.format(generations.identifiant(petite.table), neuves, meme))
    total = cast("tuple[int]", connexion.execute(sql.SQL("SELECT count(*) FROM {}").format(neuves)).fetchone())[0]
    return [
        replace(grande, lignes=grande.lignes - retirees),
        Partie(table, tuple(colonnes), total, cedees=cedees),
    ]


def _inserer(connexion: psycopg.Connection, table: str, noms: Sequence[str], origine: sql.Composable) -> int:
    return connexion.execute(
        sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {}").format(
            generations.identifiant(table),
            sql.SQL(", ").join(map(sql.Identifier, noms)),
            sql.SQL(", ").join(sql.Identifier("a", nom) for nom in noms),
            origine,
        )
    ).rowcount
