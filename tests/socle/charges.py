"""What a child process is made to do by the tests of ``processus_borne``: named here, so that it can import them."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fce.socle.erreurs import ImportRefuse

Messages = Iterator[tuple[Any, bytes]]


def repeter(dit: Any, octets: bytes) -> Messages:
    for rang in range(3):
        sys.stdout.write("ce qu’une bibliothèque écrit\n")
        yield [rang, dit], octets


def dire_l_environnement() -> Messages:
    yield dict(os.environ), b""


def dire_le_processus() -> Messages:
    yield os.getpid(), b""


def allouer(mio: int) -> Messages:
    yield len(bytearray(mio << 20)), b""


def lire_en_memoire(chemin: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """A reader of files that holds a gigabyte before its first row."""
    yield len(bytearray(1 << 30)), {"siren": chemin.name}


def allouer_sans_python(mio: int) -> Messages:
    """As a native library does: the failure of ``malloc`` aborts."""
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    if not libc.malloc(ctypes.c_size_t(mio << 20)):
        os.abort()
    yield True, b""


def calculer() -> Messages:
    while True:
        pass
    yield


def dormir(secondes: float) -> Messages:
    yield os.getpid(), b""
    time.sleep(secondes)


def ecrire(chemin: Path) -> Messages:
    with chemin.open("wb") as flux:
        flux.write(b"x")
    yield True, b""


def refuser() -> Messages:
    yield "avant", b""
    raise ImportRefuse("Ce fichier est refusé.", ligne=3)


def echouer() -> Messages:
    raise ValueError("le secret du fichier")
    yield


def mourir() -> Messages:
    yield "avant", b""
    os.kill(os.getpid(), signal.SIGSEGV)
