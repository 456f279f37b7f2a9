"""Column and table grants on the views of the sources, by PostgreSQL role: the last barrier if a page asks for too
much."""

from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from psycopg import sql

if TYPE_CHECKING:
    from fce.sources.declaration import Source

SCHEMA_PUBLIC, SCHEMA_RESTREINT = "public", "restreint"
SCHEMAS_DES_VUES = (SCHEMA_PUBLIC, SCHEMA_RESTREINT)


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


def colonnes_ouvertes(source: "Source") -> list[str]:
    """Columns that anyone may read (class C0); none when the source itself is not open."""
    if source.schema != SCHEMA_PUBLIC:
        return []
    return ["ligne", *(str(c.column) for c in source.champs.values() if c.acces is None or c.acces.classe == "C0")]


def acces(source: "Source", roles: Roles) -> list[sql.Composed]:
    """GRANT statements of the view of ``source``, to run each time the view is re-created."""
    vue = sql.Identifier(source.schema, source.vue)
    requetes = []
    if roles.public and (ouvertes := colonnes_ouvertes(source)):
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
