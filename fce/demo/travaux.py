"""The jobs of the demonstration: a worker beside the pages, started again if it dies, that ends with them."""

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

# Nothing comes from outside: the companies are invented, and stay so.
COUPES: Final = frozenset({"FCE_TELECHARGEMENTS", "FCE_DEPOTS_DIR", "FCE_DEPOTS_S3"})
PATIENCE_S: Final = 10
"""Seconds that the worker has to end by itself, jobs included."""
REPRISE_S: Final = 1.0
REPRISE_MAX_S: Final = 60.0
POLITESSE: Final = 10
"""Niceness: the pages come first."""


@contextlib.contextmanager
def en_marche() -> Iterator[None]:
    """Run the block with a worker beside it, at the end of a pipe: were this process killed, it would stop too."""
    arret = threading.Event()
    gardien = threading.Thread(target=_garder, args=(arret,), name="travaux")
    gardien.start()
    try:
        yield
    finally:
        arret.set()
        gardien.join()


def _garder(arret: threading.Event) -> None:
    """One that dies at once is not started again as fast: it would take all of a processor."""
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
    """In a session of its own: Ctrl-C is for the pages, which then stop it."""
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
