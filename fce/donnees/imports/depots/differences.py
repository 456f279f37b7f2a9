"""Differences between a prepared generation and the version in place, counted by PostgreSQL; no row leaves it."""

from collections.abc import Sequence
from contextlib import closing
from typing import Any

import psycopg
from psycopg import sql

from fce.donnees.imports.chargement import connexions, ecarts, generations
from fce.donnees.imports.chargement.indexation import cle
from fce.donnees.imports.models import Import
from fce.sources.declaration import Source


def comparer(source: Source, nouvelle: Import, en_place: Import | None) -> dict[str, Any]:
    """Count the rows added, removed, changed and equal, by key, and the changed values per column.

    Where the key is not unique or may be empty, whole rows are compared: ``modifiees`` is None, and a changed row
    counts as one removed and one added. The line number in the file is ignored.
    """
    avant, apres = ecarts.propres(en_place, nouvelle)
    total = en_place.total if en_place else 0
    if not avant:
        return _resultat(sum(p.lignes for p in apres), 0, 0, total, {})
    with closing(connexions.ouvrir("comparaison")) as connexion:
        if _cle_sure(source):
            cotes = generations.lignes(source, nouvelle, apres), generations.lignes(source, en_place, avant)
            return _par_cle(connexion, source, cotes, total)
        return _par_contenu(connexion, source, ecarts.lignes(source, en_place, nouvelle), total)


def _cle_sure(source: Source) -> bool:
    return source.doublons.garder != "tous" and set(cle(source)) <= source.obligatoires


def _par_cle(
    connexion: psycopg.Connection, source: Source, relations: tuple[sql.Composable, ...], total: int
) -> dict[str, Any]:
    cles = set(cle(source))
    autres = [a for a in source.champs if a not in cles]
    egalite = sql.SQL(" AND ").join(_compare(source, attribut, sql.SQL("=")) for attribut in cle(source))
    ecarts = [_compare(source, attribut, sql.SQL("IS DISTINCT FROM")) for attribut in autres]
    modifiee = sql.SQL(" OR ").join(ecarts) if ecarts else sql.SQL("false")
    comptes = [
        sql.SQL("a.ligne IS NULL"),
        sql.SQL("n.ligne IS NULL"),
        sql.SQL("n.ligne IS NOT NULL AND a.ligne IS NOT NULL AND ({})").format(modifiee),
        *(sql.SQL("n.ligne IS NOT NULL AND a.ligne IS NOT NULL AND {}").format(ecart) for ecart in ecarts),
    ]
    requete = sql.SQL("SELECT {} FROM ({}) AS n FULL JOIN ({}) AS a ON {}").format(
        sql.SQL(", ").join(sql.SQL("count(*) FILTER (WHERE {})").format(condition) for condition in comptes),
        *relations,
        egalite,
    )
    ajoutees, retirees, modifiees, *colonnes = _ligne(connexion, requete)
    par_colonne = {
        source.champs[attribut].colonne or attribut: nombre
        for attribut, nombre in zip(autres, colonnes, strict=True)
        if nombre
    }
    return _resultat(ajoutees, retirees, modifiees, total - retirees - modifiees, par_colonne)


def _par_contenu(
    connexion: psycopg.Connection, source: Source, lignes: sql.Composable | None, total: int
) -> dict[str, Any]:
    contenu = sql.SQL(", ").join(sql.Identifier(str(champ.column)) for champ in source.champs.values())
    requete = sql.SQL(
        """
        SELECT coalesce(sum(greatest(ecart, 0)), 0), coalesce(sum(greatest(-ecart, 0)), 0)
        FROM (SELECT sum(sens) AS ecart FROM ({lignes}) AS t GROUP BY md5(ROW({contenu})::text)) AS comptes
        """
    ).format(contenu=contenu, lignes=lignes)
    ajoutees, retirees = (int(n) for n in _ligne(connexion, requete))
    return _resultat(ajoutees, retirees, None, total - retirees, {})


def _compare(source: Source, attribut: str, operateur: sql.SQL) -> sql.Composed:
    colonne = str(source.champs[attribut].column)
    # Two generations may have different collations; compare bytes.
    texte = dict(generations.colonnes_declarees(source))[colonne] == "text"
    suite = sql.SQL(' COLLATE "C"' if texte else "")
    return sql.SQL("{}{} {} {}").format(sql.Identifier("n", colonne), suite, operateur, sql.Identifier("a", colonne))


def _ligne(connexion: psycopg.Connection, requete: sql.Composed) -> Sequence[Any]:
    ligne = connexion.execute(requete).fetchone()
    assert ligne is not None  # noqa: S101  an aggregate always answers one row
    return ligne


def _resultat(
    ajoutees: int, retirees: int, modifiees: int | None, identiques: int, colonnes: dict[str, int]
) -> dict[str, Any]:
    return {
        "ajoutees": ajoutees,
        "retirees": retirees,
        "modifiees": modifiees,
        "identiques": identiques,
        "colonnes": colonnes,
    }
