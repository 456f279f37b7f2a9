"""The database of a process of the suite: a copy of the one that the migrations made, once for the whole run."""

from __future__ import annotations

import fcntl
from pathlib import Path

from django.conf import settings
from django.db import connection
from psycopg import sql

from fce.droits.privileges import appliquer

MODELE = "modele_fce"


def preparer(cluster: Path) -> None:
    """Make the database of this process in the cluster of the run, of which ``cluster`` is the folder."""
    nom = settings.DATABASES["default"]["TEST"]["NAME"]
    with open(cluster.with_suffix(".modele"), "w") as verrou:
        # Nobody may be in a database that is copied, nor make it twice.
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
    # What may be done with a database as a whole is no part of what is copied.
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
