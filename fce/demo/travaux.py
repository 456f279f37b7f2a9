"""A worker process beside the pages, restarted if it dies, stopped with them."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Final

from fce.demo.identite import personnages

# No downloads or external deposits: all the companies stay invented.
COUPES: Final = frozenset({"FCE_TELECHARGEMENTS", "FCE_DEPOTS_DIR", "FCE_DEPOTS_S3"})
PATIENCE_S: Final = 10
"""Seconds left to the worker to finish its jobs."""
REPRISE_S: Final = 1.0
REPRISE_MAX_S: Final = 60.0
POLITESSE: Final = 10
"""Niceness: the pages have priority."""


@contextlib.contextmanager
def en_marche() -> Iterator[None]:
    """Run a worker during the block. It watches a pipe, so it also stops if this process is killed."""
    arret = threading.Event()
    gardien = threading.Thread(target=_garder, args=(arret,), name="travaux")
    gardien.start()
    try:
        yield
    finally:
        arret.set()
        gardien.join()


def _garder(arret: threading.Event) -> None:
    """Restart the worker with a growing delay, so that one that fails at once does not use all the processor."""
    attente = REPRISE_S
    while not arret.is_set():
        debut = time.monotonic()
        with _lancer() as travaux:
            while travaux.poll() is None and not arret.wait(0.5):
                pass
            if travaux.poll() is None:
                _arreter(travaux)
        attente = REPRISE_S if time.monotonic() - debut > REPRISE_MAX_S else min(attente * 2, REPRISE_MAX_S)
        arret.wait(attente)


def _lancer() -> subprocess.Popen[bytes]:
    """Own session: Ctrl-C reaches only the pages, which then stop the worker."""
    environnement = {nom: valeur for nom, valeur in os.environ.items() if nom not in COUPES}
    environnement.setdefault("FCE_RAPPORTS", personnages.EQUIPE.email)
    travaux = subprocess.Popen(
        [sys.executable, "-m", "fce.config.commande", "worker", "--attache"],
        env=environnement | {"FCE_ROLE": "tache"},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, travaux.pid, POLITESSE)
    return travaux


def _arreter(travaux: subprocess.Popen[bytes]) -> None:
    travaux.terminate()
    try:
        travaux.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        travaux.kill()
