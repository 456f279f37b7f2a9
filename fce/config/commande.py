"""The ``fce`` command: Django's management commands, with the embedded database up while they run."""

import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from types import FrameType

SANS_BASE = {
    "help",
    "version",
    "--version",
    "--help",
    "-h",
    "diffsettings",
    "findstatic",
    "makemessages",
    "compilemessages",
}


def main(argv: list[str] | None = None) -> int:
    """Run one command; return its exit code: 0, 1 for an expected failure, 75 when already running, 143 on SIGTERM."""
    argv = ["fce", *(sys.argv[1:] if argv is None else argv)]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fce.config.settings")
    # Before settings are read: the pages' processes are read-only and have short time-outs.
    os.environ.setdefault("FCE_ROLE", "web" if argv[1:2] == ["serve"] else "tache")
    signal.signal(signal.SIGTERM, _terminer)

    from fce.socle.erreurs import DejaEnCours, FCEError

    try:
        with _base_en_marche(argv[1:2]):
            _executer(argv)
    except DejaEnCours as erreur:
        print(erreur.message, file=sys.stderr)
        return 75
    except FCEError as erreur:
        print(erreur.message, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrompu.", file=sys.stderr)
        return 130
    except SystemExit as sortie:
        return sortie.code if isinstance(sortie.code, int) else int(sortie.code is not None)
    return 0


def _executer(argv: list[str]) -> None:
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    from fce.socle.erreurs import BaseIndisponible

    try:
        execute_from_command_line(argv)
    except OperationalError as erreur:
        raise BaseIndisponible(f"La base de données ne répond pas ({str(erreur).splitlines()[0]}).") from erreur


@contextlib.contextmanager
def _base_en_marche(commande: list[str]) -> Iterator[None]:
    if not commande or commande[0] in SANS_BASE:
        yield
        return
    from django.conf import settings

    if settings.CLUSTER_EMBARQUE is None:
        yield
        return
    with settings.CLUSTER_EMBARQUE.en_marche():
        if commande[0] not in ("migrate", "check", "makemigrations"):
            _migrer()
        yield


def _migrer() -> None:
    """Bring the embedded database's schema up to date: nobody administers it. A served database is migrated by hand."""
    import django
    from django.core.management import call_command
    from django.db import DEFAULT_DB_ALIAS, connections
    from django.db.migrations.executor import MigrationExecutor

    django.setup()
    connexion = connections[DEFAULT_DB_ALIAS]
    with connexion.cursor() as curseur:
        # Two commands started together: one migrates, the other waits.
        curseur.execute("SELECT pg_advisory_lock(hashtext('fce.migrations'))")
        try:
            executeur = MigrationExecutor(connexion)
            if executeur.migration_plan(executeur.loader.graph.leaf_nodes()):
                curseur.execute("SET default_transaction_read_only = off")
                call_command("migrate", verbosity=0, interactive=False)
        finally:
            curseur.execute("SELECT pg_advisory_unlock(hashtext('fce.migrations'))")
    connexion.close()
    if getattr(connexion, "pool", None):
        connexion.close_pool()


def _terminer(signum: int, frame: FrameType | None) -> None:
    # An exception, so that every open context (import, cluster) closes what it opened.
    raise SystemExit(128 + signum)


if __name__ == "__main__":
    sys.exit(main())
