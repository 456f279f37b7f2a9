"""Fingerprint of what is imported, to recognise a file already in place."""

import hashlib
from collections.abc import Sequence
from pathlib import Path


def empreinte(fichiers: Sequence[Path]) -> str:
    """SHA-256 (64 hexadecimal digits) of one file, or of the digests of several in the order given."""
    sommes = []
    for chemin in fichiers:
        with chemin.open("rb") as flux:
            sommes.append(hashlib.file_digest(flux, "sha256").hexdigest())
    return sommes[0] if len(sommes) == 1 else hashlib.sha256("\n".join(sommes).encode()).hexdigest()
