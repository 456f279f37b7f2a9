"""Readers first: what computes for long in the background yields the processor to the pages, in PostgreSQL too.

A backend works at normal priority, whoever asks: copying rows or building an index, it would take as much of the
processor as those of the pages. Never call these for what holds locks that readers wait for: it would keep them longer.
"""

import contextlib
import os
from pathlib import Path
from typing import Final

import psycopg

POLITESSE: Final = 19
"""``nice`` value: a sixtieth of the processor when the pages are busy, all of it otherwise."""
SANS_PARALLELE: Final = "-c max_parallel_workers_per_gather=0 -c max_parallel_maintenance_workers=0"
"""Options of the connections of tasks: the helpers of a backend would work at normal priority."""
_LOCALES: Final = ("127.0.0.1", "::1")


def ceder() -> None:
    """Lower the priority of this process, for good, unless the pages started it."""
    if _au_fond():
        os.setpriority(os.PRIO_PROCESS, 0, POLITESSE)


def ceder_avec(connexion: psycopg.Connection) -> None:
    """Lower the priority of the backend of a connection, unless the pages opened it or it is on another machine.

    Needs the account of PostgreSQL, or CAP_SYS_NICE; does nothing without.
    """
    if _au_fond() and (pid := _backend(connexion)):
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, pid, POLITESSE)


def _au_fond() -> bool:
    return os.getpriority(os.PRIO_PROCESS, 0) > 0


def _backend(connexion: psycopg.Connection) -> int:
    """Process number of the backend; 0 when it is elsewhere, or when a pooler in between gives another number."""
    hote, pid = connexion.info.host, connexion.info.backend_pid
    if not (hote.startswith("/") or hote in _LOCALES):
        return 0
    try:
        titre = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return 0
    return pid if titre.startswith(b"postgres: ") and f" {connexion.info.dbname} ".encode() in titre else 0
