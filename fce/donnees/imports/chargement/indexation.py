"""Last steps on a table just filled: one row per key, indexes, statistics."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from fce.socle.texte.formats import mot, pluriel
from fce.sources.lecture import Rejet
from fce.sources.modes import ParPeriode

from . import doublons, generations
from .parties import ColonneSql

if TYPE_CHECKING:
    from fce.sources.declaration import Source

    from .comptes import ComptesDImport


def colonnes_sql(source: "Source", attributs: Sequence[str]) -> list[str]:
    return [str(source.champs[attribut].column) for attribut in attributs]


def cle(source: "Source") -> tuple[str, ...]:
    """Attributes of the unique key, including the period of a source by period."""
    mode = source.mode
    return (*source.cle, mode.champ) if isinstance(mode, ParPeriode) and mode.champ not in source.cle else source.cle


def colonnes_indexees(source: "Source") -> frozenset[str]:
    return frozenset(colonnes_sql(source, [*cle(source), *(a for index in source.index for a in index)]))


def dedoublonner(
    connexion: psycopg.Connection,
    source: "Source",
    table: str,
    colonnes: Sequence[ColonneSql],
    comptes: "ComptesDImport",
    verifier: Callable[[], None],
) -> None:
    """Merge or set aside the rows that share a key, as declared; ``verifier`` is called if some were set aside."""
    if source.doublons.garder == "tous":
        return
    noms = colonnes_sql(source, cle(source))
    if doublons.creer_index_unique(connexion, table, noms):
        return
    selon = source.doublons.selon
    bilan, conflits = doublons.retirer(
        connexion, table, colonnes, noms, colonnes_sql(source, [selon])[0] if selon else None
    )
    comptes.chargees -= sum(bilan)
    comptes.dedoublonnees += bilan.identiques + bilan.anterieures
    if bilan.identiques:
        identiques = "ligne répétée à l'identique n'a été gardée", "lignes répétées à l'identique n'ont été gardées"
        comptes.avertir(f"{pluriel(bilan.identiques, *identiques)} qu'une fois.")
    if bilan.anterieures:
        anciennes = "version plus ancienne d'un même fait a été", "versions plus anciennes d'un même fait ont été"
        comptes.avertir(f"{pluriel(bilan.anterieures, *anciennes)} {mot(bilan.anterieures, 'repliée')}.")
    motif = f"clé en double ({', '.join(noms)}) avec un autre contenu : une seule ligne est gardée"
    for conflit in conflits:
        comptes.ecarter(Rejet(conflit.ligne, noms[0], conflit.valeur, motif))
    if bilan.conflits:
        verifier()
    if not doublons.creer_index_unique(connexion, table, noms):
        raise RuntimeError("des doublons restent après dédoublonnage")


def creer_index(connexion: psycopg.Connection, table: str, colonnes: Sequence[str]) -> None:
    connexion.execute(
        sql.SQL("CREATE INDEX ON {} ({})").format(
            generations.identifiant(table), sql.SQL(", ").join(map(sql.Identifier, colonnes))
        )
    )


def retirer_les_index(connexion: psycopg.Connection, table: str) -> None:
    for (index,) in connexion.execute(
        "SELECT indexname FROM pg_indexes WHERE schemaname = %s AND tablename = %s", (generations.SCHEMA, table)
    ).fetchall():
        connexion.execute(sql.SQL("DROP INDEX {}").format(generations.identifiant(index)))


def creer_les_index(
    connexion: psycopg.Connection,
    source: "Source",
    table: str,
    progression: Callable[[str, int, int], None],
    *,
    cle_faite: bool,
) -> None:
    """``cle_faite``: the unique index exists already."""
    noms = colonnes_sql(source, cle(source))
    if source.doublons.garder == "tous":
        creer_index(connexion, table, noms)
    elif not cle_faite and not doublons.creer_index_unique(connexion, table, noms):
        raise RuntimeError("deux lignes de la génération ont la même clé")
    for attributs in source.index:
        progression(f"Index {', '.join(attributs)}", 0, 0)
        creer_index(connexion, table, colonnes_sql(source, attributs))
    progression("Statistiques", 0, 0)
    connexion.execute(sql.SQL("ANALYZE {}").format(generations.identifiant(table)))
