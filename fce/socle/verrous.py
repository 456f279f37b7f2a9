"""Work that one process at a time does on this machine: a file lock, which the kernel releases with the process."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fce.socle.erreurs import DejaEnCours


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
