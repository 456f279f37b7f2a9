"""Where the tests write: in memory where the machine has plenty of it, for a database that is thrown away has no other
reason to wait than its disk. ``TMPDIR`` chooses another place."""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

MEMOIRE: Final = Path("/dev/shm")
ASSEZ: Final = 6 * 2**30
"""Bytes that must be free, in the folder and in the machine: the suite takes about two thousand million."""


def choisir() -> Path:
    """The folder of temporary files of this run, short enough for the socket of a database."""
    if "TMPDIR" in os.environ:
        return Path(os.environ["TMPDIR"])
    if not os.access(MEMOIRE, os.W_OK | os.X_OK) or min(shutil.disk_usage(MEMOIRE).free, _memoire_libre()) < ASSEZ:
        return Path("/tmp")
    return MEMOIRE


def _memoire_libre() -> int:
    try:
        lignes = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return 0
    return next((1024 * int(ligne.split()[1]) for ligne in lignes if ligne.startswith("MemAvailable:")), 0)


TEMPORAIRES: Final = choisir()
# For pytest's own folders and for the processes that the tests start.
os.environ["TMPDIR"] = tempfile.tempdir = str(TEMPORAIRES)
