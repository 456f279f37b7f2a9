"""Temporary folder of the tests: in memory when there is room, because a throw-away database needs no disk. ``TMPDIR``
overrides."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

MEMOIRE: Final = Path("/dev/shm")
ASSEZ: Final = 6 * 2**30
"""Bytes that must be free in the folder and in the machine; the suite uses about 2 GB."""


def choisir() -> Path:
    """Short enough for the path of a PostgreSQL socket."""
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


def balayer(dossier: Path) -> None:
    """Remove what killed runs left there, each under the number of its process: in memory, it starves the machine."""
    for laisse in dossier.glob("fce-*"):
        processus = re.match(r"fce-[a-z-]+-(\d+)\b", laisse.name)
        if processus and not Path("/proc", processus[1]).exists():
            shutil.rmtree(laisse, ignore_errors=True) if laisse.is_dir() else laisse.unlink(missing_ok=True)


balayer(MEMOIRE)
balayer(Path("/tmp"))
TEMPORAIRES: Final = choisir()
# For pytest's own folders and for child processes.
os.environ["TMPDIR"] = tempfile.tempdir = str(TEMPORAIRES)


@contextmanager
def dossier_court(nom: str) -> Iterator[Path]:
    """A folder of this process, under a path short enough for the socket of PostgreSQL; removed afterwards."""
    dossier = TEMPORAIRES / f"fce-{nom}-{os.getpid()}"
    dossier.mkdir()
    try:
        yield dossier
    finally:
        shutil.rmtree(dossier, ignore_errors=True)
