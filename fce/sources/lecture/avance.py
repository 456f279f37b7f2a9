"""Run an iterator ahead in a thread, so that reading, typing and loading overlap in bounded memory."""

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Generic, TypeVar

_T = TypeVar("_T")


@dataclass(slots=True)
class _Element(Generic[_T]):
    valeurs: list[_T] = field(default_factory=list)
    erreur: BaseException | None = None


def en_avance(iterateur: Iterator[_T], profondeur: int = 1) -> Iterator[_T]:
    """Yield from ``iterateur``, computed in a thread ``profondeur`` items ahead; re-raise its errors.

    If the consumer stops early, the thread ends after its current item.
    """
    with commence(iterateur, profondeur) as suite:
        yield from suite


@contextmanager
def commence(iterateur: Iterator[_T], profondeur: int = 1) -> Iterator[Iterator[_T]]:
    """``en_avance`` that starts at once; the thread ends with the block."""
    file: queue.Queue[_Element[_T]] = queue.Queue(maxsize=profondeur)
    arret = threading.Event()

    def poser(element: _Element[_T]) -> bool:
        while not arret.is_set():
            try:
                file.put(element, timeout=0.1)
            except queue.Full:
                continue
            return True
        return False

    def produire() -> None:
        try:
            for valeur in iterateur:
                if not poser(_Element(valeurs=[valeur])):
                    return
            poser(_Element())
        except BaseException as erreur:
            poser(_Element(erreur=erreur))

    fil = threading.Thread(target=produire, name="fce-lecture", daemon=True)
    fil.start()
    try:
        yield _suite(file)
    finally:
        arret.set()
        fil.join()


def _suite(file: queue.Queue[_Element[_T]]) -> Iterator[_T]:
    while True:
        element = file.get()
        if element.erreur is not None:
            raise element.erreur
        if not element.valeurs:
            return
        yield element.valeurs[0]
