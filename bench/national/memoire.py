"""Peak memory of a process with its children, and of the embedded PostgreSQL, sampled twice a second."""

from __future__ import annotations

import threading
from types import TracebackType

import psutil

_PERIODE_S = 0.5


class Memoire:
    """Context manager; ``sommets`` then gives the peaks in MiB.

    Shared pages are counted once (PSS), because all PostgreSQL processes map the same buffers.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._processus = self._postgres = 0
        self._fini = threading.Event()
        self._fil = threading.Thread(target=self._veiller, daemon=True)

    def __enter__(self) -> Memoire:
        self._fil.start()
        return self

    def __exit__(
        self, genre: type[BaseException] | None, erreur: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._fini.set()
        self._fil.join()

    def sommets(self) -> dict[str, int]:
        return {"processus": self._processus >> 20, "postgres": self._postgres >> 20}

    def _veiller(self) -> None:
        from django.conf import settings

        cluster = settings.CLUSTER_EMBARQUE
        postmaster = cluster.postmaster() if cluster else None
        while not self._fini.wait(_PERIODE_S):
            self._processus = max(self._processus, pss(famille(self._pid)))
            self._postgres = max(self._postgres, pss(famille(postmaster)) if postmaster else 0)


def famille(pid: int) -> list[psutil.Process]:
    try:
        racine = psutil.Process(pid)
        return [racine, *racine.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def pss(processus: list[psutil.Process]) -> int:
    """Bytes of memory of these processes, counting shared pages once."""
    total = 0
    for un in processus:
        try:
            total += un.memory_full_info().pss
        except psutil.Error:  # it ended meanwhile
            continue
    return total
