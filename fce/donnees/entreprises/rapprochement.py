"""Count the numbers of a source that Sirene does not know, without listing them."""

from __future__ import annotations

from typing import Final

import structlog
from django.db import DatabaseError, connection, transaction

from fce.donnees.entreprises import requetes
from fce.socle.base.roles import Role, role_pris, sous_role
from fce.sources.declaration import Source

_DELAI: Final = "3s"
log = structlog.get_logger(__name__)


def compter_inconnus(source: Source) -> dict[str, int | None]:
    """{"SIREN" or "SIRET": count of unknown numbers}, None when counting takes too long. One query per kind of
    number."""
    comptes: dict[str, int | None] = {}
    for attribut, relation, cle in (
        (source.siret, requetes.ETAB, "siret"),
        (source.siren, requetes.UL, "siren"),
    ):
        if attribut:
            comptes[cle.upper()] = _compter(source.relation, str(source.champs[attribut].column), relation, cle)
    return comptes


def _compter(relation: str, colonne: str, sirene: str, cle: str) -> int | None:
    requete = (
        f'SELECT count(*) FROM (SELECT DISTINCT "{colonne}" AS numero FROM {relation} WHERE "{colonne}" IS NOT NULL) x '  # noqa: S608
        f"WHERE NOT EXISTS (SELECT FROM {sirene} s WHERE s.{cle} = x.numero)"
    )
    try:
        with sous_role(max(role_pris(), Role.AGENTS)), transaction.atomic(), connection.cursor() as curseur:
            curseur.execute("SELECT set_config('statement_timeout', %s, true)", [_DELAI])
            curseur.execute(requete)
            return int(curseur.fetchone()[0])
    except DatabaseError as erreur:
        log.warning("cles_inconnues_non_comptees", source=relation, erreur=type(erreur).__name__)
        return None
