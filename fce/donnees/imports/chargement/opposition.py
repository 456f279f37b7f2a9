"""A holder's opposition outlives a return to older rows: only a newer file opens a unit masked in place.

A rollback, and an older or undated file, mask again what they would open. ``Import.masquee_au`` keeps the date of what
masked: a version masked again still looks old, and a file newer than its rows only is not newer than its masks.
"""

from __future__ import annotations

from datetime import date

from django.db import connection, transaction
from psycopg import sql

from fce.donnees.imports.models import Import, VersionEnPlace
from fce.socle.texte import paris
from fce.sources.champs import DIFFUSEE, OPPOSEE
from fce.sources.declaration import Source

from . import generations
from .ecarts import propres
from .fusion import memes_cles
from .indexation import colonnes_sql
from .parties import parties_de


def reporter(source: Source, vers: Import | None, depuis: Import | None) -> None:
    """Mask in the version to come the units that the one in place masks, unless the version to come is newer. Before
    the switch: masking an older version early shows nothing to anybody.

    After a rollback, the version undone masks too: the one in place may not hold all of its units.
    """
    if not (source.opposition and vers and depuis):
        return
    precedentes = VersionEnPlace.objects.filter(source=source.nom).values("precedent")
    defaites = Import.objects.filter(pk__in=precedentes, pk__gt=depuis.pk).exclude(pk=vers.pk)
    for version in (depuis, *defaites):
        if parties_de(version) and not _plus_recente(vers, version):
            _masquer(source, vers, version)


def _plus_recente(vers: Import, depuis: Import) -> bool:
    """A version without a date is newer only than versions without one."""
    connue = max(filter(None, (depuis.date_metier, depuis.masquee_au)), default=None)
    en_date = connue is None or (vers.date_metier is not None and vers.date_metier >= connue)
    return vers.pk > depuis.pk and en_date


def _masquer(source: Source, vers: Import, depuis: Import) -> None:
    (statut,) = colonnes_sql(source, [source.opposition])
    cle = colonnes_sql(source, source.cle)
    masquees = sql.SQL(" UNION ALL ").join(
        sql.SQL("SELECT {} FROM {} WHERE {} IS DISTINCT FROM {}").format(
            sql.SQL(", ").join(map(sql.Identifier, cle)),
            generations.identifiant(partie.table),
            sql.Identifier(statut),
            sql.Literal(DIFFUSEE),
        )
        for partie in parties_de(depuis)
    )
    _, neuves = propres(depuis, vers)
    faites = 0
    with transaction.atomic(), connection.cursor() as curseur:
        curseur.execute("SELECT set_config('statement_timeout', '0', true)")
        for partie in neuves:
            curseur.execute(
                sql.SQL("UPDATE {} AS a SET {} = {} FROM ({}) AS n WHERE {} AND a.{} = {}").format(
                    generations.identifiant(partie.table),
                    sql.Identifier(statut),
                    sql.Literal(OPPOSEE),
                    masquees,
                    memes_cles(cle, "n", "a"),
                    sql.Identifier(statut),
                    sql.Literal(DIFFUSEE),
                )
            )
            faites += curseur.rowcount
        # The data of an undated file are no later than its import.
        du_fichier = depuis.date_metier or paris.jour_de(depuis.debut)
        noter(vers, max(filter(None, (du_fichier, depuis.masquee_au))), changee=faites > 0)


def noter(version: Import, au: date, *, changee: bool) -> None:
    """Keep on ``version``, masked again, the date of the data that masked it.

    ``changee``: some of its rows were; they then have another identity than those that an index or a file was made of:
    a number of the sequence of imports, so that no version ever had it, even in a database that was restored.
    """
    version.masquee_au = max(filter(None, (version.masquee_au, au)))
    if changee:
        with connection.cursor() as curseur:
            curseur.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [version._meta.db_table])
            (version.identite,) = curseur.fetchone()
        # Read by the release before, which knows no other identity.
        version.remasquee = True
    version.save(update_fields=["masquee_au", "identite", "remasquee"])
