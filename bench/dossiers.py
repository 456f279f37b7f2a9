"""The folder of a bench: gone, database included, when it ends."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def dossier_de_mesure(nom: str, dans: Path | None = None) -> Iterator[str]:
    """Yield a temporary folder, in ``dans`` when it is said, that any account may go through.

    Run by root, PostgreSQL works under another account: out of a closed folder, its cluster would be made elsewhere, of
    several gigabytes, and stay there.
    """
    with tempfile.TemporaryDirectory(prefix=f"fce-{nom}-", dir=dans) as dossier:
        Path(dossier).chmod(0o711)
        yield dossier
