"""Read one file for several sources in turn; start reading the next one while PostgreSQL assembles the current one."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

from fce.sources import lecture
from fce.sources.declaration import Source
from fce.sources.lecture import Lot
from fce.sources.lecture.avance import commence

from .generations import colonnes_declarees


def lots_a_copier(
    source: Source, fichiers: Sequence[Path], bornes: lecture.BornesDeLecture, **options: Any
) -> Iterator[Lot]:
    """Read files as ``lecture.lire``: declared columns as csv for COPY, business dates as values."""
    copie = [colonne.nom for colonne in colonnes_declarees(source)]
    return lecture.lire(source, fichiers, bornes, copie=copie, gardees=list(source.dates), **options)


class Lectures:
    """Batches of each source, in order. Leaving the block stops the readings in progress."""

    def __init__(self, lectures: Iterable[Iterator[Lot]]) -> None:
        self._a_venir = deque(lectures)
        self._commencee: Iterator[Lot] | None = None
        self._pile = ExitStack()

    def __enter__(self) -> "Lectures":
        return self

    def __exit__(
        self, genre: type[BaseException] | None, erreur: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pile.close()

    def prendre(self) -> Iterator[Lot]:
        commencee, self._commencee = self._commencee, None
        return commencee or self._a_venir.popleft()

    def commencer(self) -> None:
        if self._a_venir:
            self._commencee = self._pile.enter_context(commence(self._a_venir.popleft()))
