"""Merge by key: choose the latest of two rows with the same key, without copying a large table for a few rows.

Merging a small file into a large table gives a version made of two tables: the large one and a small one with the new
and changed rows. The large table's replaced rows are copied to a third table, then deleted in the transaction of the
switch (``bascule``); the previous version is the large table plus that third one.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple, cast

import psycopg
from psycopg import sql

from fce.sources.declaration import Source
from fce.sources.modes import Fusionne

from . import generations
from .indexation import colonnes_indexees, colonnes_sql
from .parties import ColonneSql, Partie

# Below this number of rows, a copy takes a few seconds and leaves a single table.
LIGNES_MIN = 100_000
# When the small table reaches this share of the large one, both are merged into a new large table.
PART_MAX = 1 / 8


def egales(source: Source, colonnes: Sequence[ColonneSql]) -> sql.Composed:
    """SQL condition: row ``n`` of the file and row ``a`` in place are the same fact."""
    par_contenu = source.doublons.garder == "tous" and not isinstance(source.mode, Fusionne)
    noms = [c.nom for c in colonnes if c.nom != "ligne"] if par_contenu else colonnes_sql(source, source.cle)
    if par_contenu or not cle_sure(source):
        # Compare a hash of the row as text: NULLs are then equal, and a hash join is possible.
        return sql.SQL("md5(ROW({})::text) = md5(ROW({})::text)").format(
            sql.SQL(", ").join(sql.Identifier("n", nom) for nom in noms),
            sql.SQL(", ").join(sql.Identifier("a", nom) for nom in noms),
        )
    return memes_cles(noms, "n", "a")


def cle_sure(source: Source) -> bool:
    """Whether the key is never NULL, so that its index can compare rows."""
    return set(source.cle) <= source.obligatoires


def memes_cles(noms: Sequence[str], un: str, deux: str) -> sql.Composed:
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
    """Delete from ``table`` the rows older, by the column ``selon``, than those in place (``place``, alias ``a``);
    return their number.

    ``en_retard``: the file is older than the version in place, which then wins at equal instants, because a producer
    may complete a row (a new nomenclature) without changing its processing date.
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
    """Rows of the file replaced by later ones, and rows in place kept in all."""

    cedees: int
    reprises: int


def recopier_les_recentes(
    connexion: psycopg.Connection,
    source: Source,
    table: str,
    colonnes: Sequence[ColonneSql],
    place: sql.Composable,
) -> Reprise:
    """Copy into ``table`` (a whole file) the rows in place that are later than it.

    These rows came from another source after the file was written: they are later than the row of the same key, or than
    the whole file when it has no such key.
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


def sans_recopier(source: Source, colonnes: Sequence[ColonneSql], en_place: Sequence[Partie], nouvelles: int) -> bool:
    if not en_place or source.doublons.garder == "tous" or not cle_sure(source):
        return False
    grande, *petites = en_place
    # A table made under another declaration is copied, which converts it once.
    if any(partie.colonnes != tuple(colonnes) for partie in en_place):
        return False
    ajoutees = nouvelles + sum(partie.lignes for partie in petites)
    return grande.lignes >= LIGNES_MIN and ajoutees <= PART_MAX * grande.lignes


def decouper(
    connexion: psycopg.Connection,
    source: Source,
    table: str,
    cedees: str,
    colonnes: Sequence[ColonneSql],
    en_place: Sequence[Partie],
) -> list[Partie]:
    """Return the parts of the new version: the large table in place after the switch, and ``table``.

    ``cedees``: name of the table created here for the rows to delete from the large one; the caller indexes it.
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
