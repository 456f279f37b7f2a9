"""Work that one process at a time does: a file lock on this machine, which the kernel releases with the process; the
numbers of the advisory locks that imports, backups and privileges share in PostgreSQL."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from fce.socle.erreurs import DejaEnCours

# First key of every advisory lock of the imports; the second identifies the source, or is VERROU_DES_VUES.
ESPACE: Final = 0x0FCE
VERROU_DES_VUES: Final = 0


@contextmanager
def seul(verrou: Path, phrase: str) -> Iterator[None]:
    """Hold the lock of this file, created when absent. Raises DejaEnCours with ``phrase`` when it is held, in this
    process or another."""
    with verrou.open("w") as tenu:
        try:
            fcntl.flock(tenu, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DejaEnCours(phrase) from None
        yield
