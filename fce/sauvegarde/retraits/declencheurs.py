"""Triggers that record withdrawals, made to match the declaration after each migration."""

from __future__ import annotations

import hashlib
from typing import Final

from django.apps import apps
from django.db import connection, models, transaction
from psycopg import sql

from fce.sauvegarde.retraits.declaration import RETRAITS, FormeDeRetrait

_PRESENTS: Final = (
    "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname LIKE 'retrait\\_%%' AND NOT tgisinternal"
)


def poser() -> None:
    """Make the missing triggers and drop the others. One query when nothing changed."""
    voulus = {(table, nom): requete for table, r in RETRAITS.items() for nom, requete in _requetes(table, r)}
    with connection.cursor() as curseur:
        curseur.execute(_PRESENTS)
        presents = {(table, nom) for table, nom in curseur.fetchall()}
    if presents == voulus.keys():
        return
    retirer = sql.SQL("DROP TRIGGER {1} ON {0}")
    en_trop = [retirer.format(*map(sql.Identifier, cle)) for cle in sorted(presents - voulus.keys())]
    for requete in (*(voulus[cle] for cle in sorted(voulus.keys() - presents)), *en_trop):
        # One transaction each: a trigger locks its table, and readers never wait behind two.
        with transaction.atomic(), connection.cursor() as curseur:
            curseur.execute("SET LOCAL lock_timeout = '2s'")
            curseur.execute(requete)


def _requetes(table: str, retrait: FormeDeRetrait) -> list[tuple[str, sql.Composed]]:
    """(name, statement) of each trigger of a table; the name changes with what the trigger does."""
    cle = cle_de(table)
    marque = hashlib.sha256(repr((retrait, cle)).encode()).hexdigest()[:8]
    quoi: list[tuple[str, sql.Composable, sql.Composable, tuple[str, ...]]] = [
        ("efface", sql.SQL("DELETE"), sql.SQL(""), (cle,))
    ]
    if retrait.si:
        des = sql.SQL("UPDATE OF {}").format(sql.SQL(", ").join(map(sql.Identifier, retrait.colonnes)))
        quand = sql.SQL("WHEN ({}) ").format(sql.SQL(retrait.si))
        quoi.append(("ferme", des, quand, (cle, *retrait.colonnes)))
    return [
        (
            nom := f"retrait_{geste}_{marque}",
            sql.SQL("CREATE TRIGGER {} AFTER {} ON {} FOR EACH ROW {}EXECUTE FUNCTION sauvegarde.retirer({})").format(
                sql.Identifier(nom),
                evenement,
                sql.Identifier(table),
                quand_,
                sql.SQL(", ").join(map(sql.Literal, args)),
            ),
        )
        for geste, evenement, quand_, args in quoi
    ]


def cle_de(table: str) -> str:
    """Column of the primary key."""
    return str(modele_de(table)._meta.pk.column)


def modele_de(table: str) -> type[models.Model]:
    """The model of a table. Raises KeyError."""
    return {m._meta.db_table: m for m in apps.get_models()}[table]
