"""Which releases may use one database: a release follows the one before it, and both may run side by side.

``fce migrate`` writes its release on the database, with the one before it, whose code may still be running. A release
is « A.B »: the patches of a release (A.B.C) never skip anything.
"""

import json
from typing import Final, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor
from psycopg import sql

from fce.socle.erreurs import VersionRefusee

VERSIONS: Final[tuple[str, ...]] = ("0.1",)
"""Every release, oldest first; the last one is this code. Add a line when ``version`` of pyproject.toml changes."""
_TABLE: Final = "django_migrations"
_LIRE: Final = "SELECT obj_description(to_regclass(%s), 'pg_class'), to_regclass(%s) IS NOT NULL"


class Marque(NamedTuple):
    """The release that last migrated a database, and the one before it ("": none)."""

    version: str
    avant: str


def marque() -> Marque | None:
    """Read the release that migrated the database; None when it was never migrated."""
    with connections[DEFAULT_DB_ALIAS].cursor() as curseur:
        curseur.execute(_LIRE, [_TABLE, _TABLE])
        texte, migree = curseur.fetchone()
    if texte:
        return Marque(**json.loads(texte))
    # The first release wrote no mark.
    return Marque(VERSIONS[0], "") if migree else None


def marque_de(version: str) -> Marque | None:
    """The mark of a copy of the database, by the version (A.B.C) of the code that made it; None for a later release,
    which the database says better once restored."""
    livree = ".".join(version.split(".")[:2])
    return Marque(livree, "") if livree in VERSIONS else None


def marquer() -> None:
    """Write this release on the database, once migrated. A comment, so that a backup carries it and it needs no table
    of its own."""
    texte = json.dumps(Marque(VERSIONS[-1], VERSIONS[-2] if len(VERSIONS) > 1 else "")._asdict())
    with connections[DEFAULT_DB_ALIAS].cursor() as curseur:
        curseur.execute(sql.SQL("COMMENT ON TABLE {} IS {}").format(sql.Identifier(_TABLE), sql.Literal(texte)))


def plus_recente(trouvee: Marque | None) -> bool:
    """Tell whether a later release than this code migrated the database."""
    return trouvee is not None and trouvee.version not in VERSIONS


def verifier_la_suite(trouvee: Marque | None) -> None:
    """Raise VersionRefusee, with the release to install first, when this code is more than one release away from the
    database."""
    code = VERSIONS[-1]
    if trouvee is None or code in trouvee:
        return
    if plus_recente(trouvee):
        raise VersionRefusee(
            f"La base de données est celle de FCE {trouvee.version}, que FCE {code} ne sait plus lire : installez FCE "
            f"{trouvee.version}, ou FCE {trouvee.avant}, la seule d’avant qui le sache."
        )
    suivante = VERSIONS[VERSIONS.index(trouvee.version) + 1]
    if suivante != code:
        raise VersionRefusee(
            f"La base de données est celle de FCE {trouvee.version}, et FCE {code} en sauterait une : installez "
            f"d’abord FCE {suivante}, lancez « fce migrate », puis passez à la suivante."
        )


def a_migrer() -> bool:
    """Tell whether the database waits for this code's migrations. Raises VersionRefusee as ``verifier_la_suite``."""
    trouvee = marque()
    verifier_la_suite(trouvee)
    if trouvee is None or plus_recente(trouvee):
        return trouvee is None
    executeur = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    restent = executeur.migration_plan(executeur.loader.graph.leaf_nodes())
    return trouvee.version != VERSIONS[-1] or bool(restent)


def exiger_le_schema() -> None:
    """Raise VersionRefusee, with what to do, unless this code may work on the database as it is."""
    if a_migrer():
        raise VersionRefusee(
            f"La base de données n’est pas encore celle de FCE {VERSIONS[-1]} : lancez « fce migrate »."
        )
