"""A holder's opposition outlives a return to older rows: only a newer file opens a unit masked in place.

A rollback, and an older file forced in place, mask again what they would open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import connection, transaction
from psycopg import sql

from . import generations
from .ecarts import parties_propres
from .fusion import memes_cles
from .indexation import colonnes_sql
from .parties import parties_de

if TYPE_CHECKING:
    from fce.imports.models import Import
    from fce.sources.declaration import Source

OUVERTE: Final = "O"
MASQUEE: Final = "P"


def reporter(source: Source, vers: Import | None, depuis: Import | None) -> None:
    """Mask in the version to come the units that the one in place masks, unless the version to come is newer. Before
    the switch: masking an older version early shows nothing to anybody."""
    if source.opposition and vers and depuis and not _plus_recente(vers, depuis):
        _masquer(source, vers, depuis)


def _plus_recente(vers: Import, depuis: Import) -> bool:
    en_date = vers.date_metier is None or depuis.date_metier is None or vers.date_metier >= depuis.date_metier
    return vers.pk > depuis.pk and en_date


def _masquer(source: Source, vers: Import, depuis: Import) -> None:
    (statut,) = colonnes_sql(source, [source.opposition])
    cle = colonnes_sql(source, source.cle)
    masquees = sql.SQL(" UNION ALL ").join(
        sql.SQL("SELECT {} FROM {} WHERE {} IS DISTINCT FROM {}").format(
            sql.SQL(", ").join(map(sql.Identifier, cle)),
            generations.identifiant(partie.table),
            sql.Identifier(statut),
            sql.Literal(OUVERTE),
        )
        for partie in parties_de(depuis)
    )
    _, neuves = parties_propres(depuis, vers)
    faites = 0
    with transaction.atomic(), connection.cursor() as curseur:
        curseur.execute("SELECT set_config('statement_timeout', '0', true)")
        for partie in neuves:
            curseur.execute(
                sql.SQL("UPDATE {} AS a SET {} = {} FROM ({}) AS n WHERE {} AND a.{} = {}").format(
                    generations.identifiant(partie.table),
                    sql.Identifier(statut),
                    sql.Literal(MASQUEE),
                    masquees,
                    memes_cles(cle, "n", "a"),
                    sql.Identifier(statut),
                    sql.Literal(OUVERTE),
                )
            )
            faites += curseur.rowcount
        if faites:
            # An index or a file made of this version before is made of other rows.
            vers.remasquee = True
            type(vers).objects.filter(pk=vers.pk).update(remasquee=True)
