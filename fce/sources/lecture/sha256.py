"""SHA-256 of imported files, to recognise one already in place."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

_PAS = 1 << 18


class EmpreinteAbandonnee(Exception): ...


def empreinte(fichiers: Sequence[Path], *, abandonnee: Callable[[], bool] = lambda: False) -> str:
    """SHA-256 (64 hexadecimal digits) of one file, or of the digests of several in the given order.

    Raises EmpreinteAbandonnee soon after ``abandonnee`` returns True.
    """
    sommes = [_d_un_fichier(chemin, abandonnee) for chemin in fichiers]
    return sommes[0] if len(sommes) == 1 else hashlib.sha256("\n".join(sommes).encode()).hexdigest()


def _d_un_fichier(chemin: Path, abandonnee: Callable[[], bool]) -> str:
    somme, tampon = hashlib.sha256(), memoryview(bytearray(_PAS))
    with chemin.open("rb", buffering=0) as flux:
        while octets := flux.readinto(tampon):
            if abandonnee():
                raise EmpreinteAbandonnee
            somme.update(tampon[:octets])
    return somme.hexdigest()
