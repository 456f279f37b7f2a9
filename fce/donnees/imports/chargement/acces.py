"""Column and table grants on the views of the sources, by PostgreSQL role: the last barrier if a page asks for too
much."""

from typing import Any, NamedTuple

from django.conf import settings
from psycopg import sql

from fce.sources.declaration import Source

SCHEMAS_DES_VUES = ("public", "restreint")


class Roles(NamedTuple):
    """None: unset, or unknown to the server."""

    public: str | None = None
    restreint: str | None = None


def roles(curseur: Any) -> Roles:
    noms = [getattr(settings, nom, "") for nom in ("FCE_BASE_ROLE_PUBLIC", "FCE_BASE_ROLE_RESTREINT")]
    if not any(noms):
        return Roles()
    curseur.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", [noms])
    connus = {nom for (nom,) in curseur.fetchall()}
    return Roles(*(nom if nom in connus else None for nom in noms))


def acces(source: Source, roles: Roles) -> list[sql.Composed]:
    """GRANT statements of the view of ``source``, to run each time the view is re-created."""
    vue = sql.Identifier(source.schema, source.vue)
    requetes = []
    if roles.public and (ouvertes := source.colonnes_ouvertes):
        requetes.append(
            sql.SQL("GRANT SELECT ({}) ON {} TO {}").format(
                sql.SQL(", ").join(map(sql.Identifier, ouvertes)), vue, sql.Identifier(roles.public)
            )
        )
    if roles.restreint:
        role = sql.Identifier(roles.restreint)
        requetes.append(sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(sql.Identifier(source.schema), role))
        requetes.append(sql.SQL("GRANT SELECT ON {} TO {}").format(vue, role))
    return requetes
