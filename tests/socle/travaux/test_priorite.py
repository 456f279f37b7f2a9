"""What computes in the background yields the processor to the pages, down to its backend of PostgreSQL."""

import os
import subprocess
import sys
from contextlib import closing

import psycopg
import pytest
from django.db import connection

from fce.donnees.imports.chargement import connexions
from fce.socle.travaux import priorite

CEDER = """
import os, sys
os.setpriority(os.PRIO_PROCESS, 0, int(sys.argv[1]))
from fce.socle.travaux import priorite
priorite.ceder()
print(os.getpriority(os.PRIO_PROCESS, 0))
"""


def politesse(connexion: psycopg.Connection) -> int:
    return os.getpriority(os.PRIO_PROCESS, connexion.info.backend_pid)


@pytest.mark.django_db(transaction=True)
def test_swp_the_backend_of_an_import_yields_and_starts_no_helper() -> None:
    """The tests work in the background, as ``fce import`` does (``tests/conftest.py``)."""
    with closing(connexions.ouvrir("import")) as connexion:
        assert politesse(connexion) == priorite.POLITESSE
        (aides,) = connexion.execute("SHOW max_parallel_maintenance_workers").fetchone() or ("",)
        assert aides == "0"
    # This one switches the views: readers wait for its locks.
    connection.ensure_connection()
    assert politesse(connection.connection) < priorite.POLITESSE


def test_a_child_of_the_pages_keeps_its_priority() -> None:
    """A reader waits for it: the nice value of this process is the lowest that it may take."""
    mienne = os.getpriority(os.PRIO_PROCESS, 0)
    fini = subprocess.run([sys.executable, "-c", CEDER, str(mienne)], capture_output=True, text=True, check=True)
    assert int(fini.stdout) == (priorite.POLITESSE if mienne else 0)


def test_a_backend_elsewhere_is_left_alone() -> None:
    """Its number is that of another process of this machine, or of none."""
    for relais in ({"host": "10.0.0.1"}, {"backend_pid": os.getpid()}, {"backend_pid": 0}):
        info = type("Info", (), {"host": "/run", "backend_pid": os.getpid(), "dbname": "fce", **relais})
        avant = os.getpriority(os.PRIO_PROCESS, 0)
        priorite.ceder_avec(type("Connexion", (), {"info": info})())  # type: ignore[arg-type]
        assert os.getpriority(os.PRIO_PROCESS, 0) == avant
