"""Clean up after killed or replaced imports, at the start and at the end of each import of a source.

Raw SQL, because building these statements with the ORM would take longer than a three-row import.
"""

# ruff: noqa: S608 (only names of models are interpolated)

import json
from collections.abc import Sequence
from typing import Any, Final

from django.db import connection

from fce.donnees.imports.etats import EtatDepot
from fce.donnees.imports.models import Depot, Import, Quarantaine, VersionEnPlace
from fce.sources.declaration import Source

from . import generations
from .parties import tables_nommees
from .verrou import Verrou

INTERROMPU = "Interrompu avant la fin : le processus s'est arrêté."
# Rows in quarantine are personal data: keep them for the versions that can be shown and the latest attempts.
_QUARANTAINES_GARDEES = 5

_IMPORTS, _VERSIONS = Import._meta.db_table, VersionEnPlace._meta.db_table
_DES_SOURCES: Final = "i.source = ANY(%(sources)s)"
_CLORE_LES_MORTS: Final = f"""
UPDATE {_IMPORTS} i SET statut = '{Import.Statut.ECHOUE}', fin = now(), motifs = %(motifs)s::jsonb
WHERE {_DES_SOURCES} AND statut = '{Import.Statut.EN_COURS}' AND id <> %(sauf)s
"""
# Keep the versions that can be shown, and those of deposits verified but not published yet.
_A_GARDER: Final = f"""
SELECT i.id, i."table", i.parties FROM {_IMPORTS} i WHERE {_DES_SOURCES} AND (
  i.id = %(sauf)s
  OR EXISTS (SELECT FROM {_VERSIONS} v WHERE i.id IN (v.en_place_id, v.precedent_id) AND v.source = i.source)
  OR EXISTS (SELECT FROM {Depot._meta.db_table} d
             WHERE d.importation_id = i.id AND d.etat IN ('{EtatDepot.PRET}', '{EtatDepot.REFUSE}'))
)
"""
_OUBLIER_LES_AUTRES: Final = f"""
UPDATE {_IMPORTS} i SET "table" = '', parties = '[]', empreintes = '[]'
WHERE {_DES_SOURCES} AND "table" <> '' AND id <> ALL(%(gardes)s)
"""
_OUBLIER_LEURS_LIGNES: Final = f"""
DELETE FROM {Quarantaine._meta.db_table} q USING (
  SELECT i.id, row_number() OVER (PARTITION BY i.source ORDER BY i.id DESC) AS rang FROM {_IMPORTS} i
  WHERE {_DES_SOURCES} AND i.id <> %(sauf)s
) i WHERE q.importation_id = i.id AND i.rang > {_QUARANTAINES_GARDEES} AND i.id <> ALL(%(gardes)s)
"""


def nettoyer(sources: "Sequence[Source]", verrou: Verrou, *, sauf: Import | None = None) -> None:
    """Close the dead imports of ``sources`` and drop the generations that no version uses.

    The caller holds the locks of the sources, so any other import "en cours" than ``sauf`` is dead. Never waits for a
    reader: a table still being read is dropped at the next import.
    """
    parametres: dict[str, Any] = {
        "sources": [source.nom for source in sources],
        "motifs": json.dumps([INTERROMPU]),
        "sauf": sauf.pk if sauf else 0,
    }
    with connection.cursor() as curseur:
        curseur.execute(_CLORE_LES_MORTS, parametres)
        curseur.execute(_A_GARDER, parametres)
        gardes = [(numero, table, json.loads(parties)) for numero, table, parties in curseur.fetchall()]
        tables = set[str]().union(*(tables_nommees(table, parties) for _, table, parties in gardes))
        for table in generations.tables_existantes(verrou.connexion, *sources):
            if table not in tables:
                generations.effacer(verrou.connexion, table)
        parametres["gardes"] = [numero for numero, _, _ in gardes]
        curseur.execute(_OUBLIER_LES_AUTRES, parametres)
        curseur.execute(_OUBLIER_LEURS_LIGNES, parametres)
