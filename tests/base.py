"""Database of a test process: a copy of the one that the migrations made once for the run."""

from __future__ import annotations

import fcntl
from pathlib import Path

from django.conf import settings
from django.db import connection
from psycopg import sql

from fce.droits.habilitations.privileges import appliquer

MODELE = "modele_fce"


def preparer(cluster: Path) -> None:
    """Make this process's database in the cluster of the run (folder ``cluster``)."""
    nom = settings.DATABASES["default"]["TEST"]["NAME"]
    with open(cluster.with_suffix(".modele"), "w") as verrou:
        # PostgreSQL copies a database only when nobody is connected to it; also make it once.
        fcntl.flock(verrou, fcntl.LOCK_EX)
        with connection._nodb_cursor() as curseur:  # type: ignore[attr-defined]
            curseur.execute("SELECT FROM pg_database WHERE datname = %s", [MODELE])
            fait = curseur.fetchone() is not None
        if not fait:
            _migrer()
        with connection._nodb_cursor() as curseur:  # type: ignore[attr-defined]
            copie = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(nom), sql.Identifier(MODELE))
            curseur.execute(copie)
    _servir(nom)
    # Database-level grants are not copied.
    appliquer()


def _migrer() -> None:
    test = settings.DATABASES["default"]["TEST"]
    nom, test["NAME"] = test["NAME"], MODELE
    try:
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    finally:
        test["NAME"] = nom
        connection.close()


def _servir(nom: str) -> None:
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = nom
