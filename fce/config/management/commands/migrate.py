"""``fce migrate``: Django's command, one at a time, while pages are read."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.core.management.commands import migrate
from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.errors import LockNotAvailable

from fce.socle.base import versions
from fce.socle.erreurs import BaseIndisponible

VERROU: Final = "hashtext('fce.migrations')"
ATTENTE_VERROU: Final = "2s"
"""Readers queue behind a migration that waits for a table: never for longer than this."""
DUREE: Final = "60s"
"""Longest statement of a migration in a transaction, which keeps its locks."""
ESSAIS: Final = 30
PAUSE_S: Final = 2.0
"""Seconds between two attempts: the queue of readers empties meanwhile."""
PAS_S: Final = 0.2


@contextmanager
def seul_a_migrer(connexion: BaseDatabaseWrapper) -> Iterator[None]:
    """Wait until no other deployment migrates, and keep the next one waiting.

    The lock is asked for again and again: who waits for it inside PostgreSQL holds a snapshot there, which the CREATE
    INDEX CONCURRENTLY of the other deployment waits for, and one of both would be told of a deadlock.
    """
    with connexion.cursor() as curseur:
        while True:
            curseur.execute(f"SELECT pg_try_advisory_lock({VERROU})")
            if curseur.fetchone()[0]:
                break
            threading.Event().wait(PAS_S)
    try:
        yield
    finally:
        with connexion.cursor() as curseur:
            curseur.execute(f"SELECT pg_advisory_unlock({VERROU})")


class Command(migrate.Command):
    help = "Met le schéma de la base à jour, sans arrêter les pages."

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate, then write the release. Raises VersionRefusee, BaseIndisponible when a table stays locked."""
        self._connexion = connections[options["database"]]
        try:
            with seul_a_migrer(self._connexion):
                self._migrer(*args, **options)
        finally:
            self._executer("RESET lock_timeout")
            self._executer("RESET statement_timeout")

    def _migrer(self, *args: Any, **options: Any) -> None:
        marque = versions.marque()
        versions.verifier_la_suite(marque)
        if versions.plus_recente(marque):
            self.stdout.write("La base est déjà celle d’une version suivante : rien à faire.")
            return
        self._borner(atomique=True)
        self._insister(*args, **options)
        if not (options.get("plan") or options.get("check_unapplied")):
            versions.marquer()

    def _insister(self, *args: Any, **options: Any) -> None:
        """Migrate; start again where it stopped when readers hold a table."""
        for essai in range(ESSAIS):
            if essai:
                self.stdout.write("Une table est occupée : nouvel essai.")
                threading.Event().wait(PAUSE_S)
            try:
                super().handle(*args, **options)
                return
            except OperationalError as erreur:
                if not isinstance(erreur.__cause__, LockNotAvailable):
                    raise
        raise BaseIndisponible("Une table reste occupée : relancez « fce migrate » à une heure plus calme.")

    def migration_progress_callback(self, action: str, migration: Any = None, fake: bool = False) -> None:
        """Bound the locks of the next migration. One without a transaction only builds indexes beside readers: it takes
        as long as they do (``tests/maison/test_migrations.py``)."""
        if action == "apply_start":
            self._borner(atomique=migration.atomic)
        super().migration_progress_callback(action, migration, fake)

    def _borner(self, *, atomique: bool) -> None:
        self._executer(f"SET lock_timeout = '{ATTENTE_VERROU if atomique else 0}'")
        self._executer(f"SET statement_timeout = '{DUREE if atomique else 0}'")

    def _executer(self, instruction: str) -> None:
        with self._connexion.cursor() as curseur:
            curseur.execute(instruction)
