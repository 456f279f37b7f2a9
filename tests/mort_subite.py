"""Kill processes in the middle of their work."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time


def duree(programme: str, *arguments: str) -> float:
    """Seconds that a Python program takes after its first line of output, here and now."""
    with subprocess.Popen([sys.executable, "-c", programme, *arguments], stdout=subprocess.PIPE) as processus:
        assert processus.stdout is not None
        processus.stdout.readline()
        debut = time.monotonic()
        assert processus.wait() == 0
        return time.monotonic() - debut


def tuer(programme: str, *arguments: str, apres: float) -> None:
    """Run a Python program, and kill it ``apres`` seconds after its first line of output."""
    commande = [sys.executable, "-c", programme, *arguments]
    processus = subprocess.Popen(commande, stdout=subprocess.PIPE, env=os.environ)
    assert processus.stdout is not None
    processus.stdout.readline()
    time.sleep(apres)
    processus.send_signal(signal.SIGKILL)
    processus.wait()
    processus.stdout.close()
