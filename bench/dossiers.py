"""Temporary folder of a bench, removed at the end with its database."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def dossier_de_mesure(nom: str, dans: Path | None = None) -> Iterator[str]:
    """Yield a temporary folder, in ``dans`` if given, that every account may traverse.

    As root, PostgreSQL runs under another account: if it could not enter the folder, it would make its cluster, of
    several gigabytes, elsewhere.
    """
    with tempfile.TemporaryDirectory(prefix=f"fce-{nom}-", dir=dans) as dossier:
        Path(dossier).chmod(0o711)
        yield dossier
