"""Run an iterator one step ahead in a thread: reading, typing and loading overlap, memory stays bounded."""

import queue
import threading
from collections.abc import Iterator
from typing import TypeVar

T = TypeVar("T")


def en_avance(iterateur: Iterator[T], profondeur: int = 1) -> Iterator[T]:
    """The same items, computed in a thread at most ``profondeur`` ahead; its errors are raised here.

    When the consumer stops early, the thread ends after the item it is computing.
    """
    file: queue.Queue[tuple[bool, T | BaseException | None]] = queue.Queue(maxsize=profondeur)
    arret = threading.Event()

    def poser(element: tuple[bool, T | BaseException | None]) -> bool:
        while not arret.is_set():
            try:
                file.put(element, timeout=0.1)
            except queue.Full:
                continue
            return True
        return False

    def produire() -> None:
        try:
            for element in iterateur:
                if not poser((True, element)):
                    return
            poser((False, None))
        except BaseException as erreur:
            poser((False, erreur))

    fil = threading.Thread(target=produire, name="fce-lecture", daemon=True)
    fil.start()
    try:
        while True:
            encore, element = file.get()
            if not encore:
                if element is not None:
                    assert isinstance(element, BaseException)
                    raise element
                return
            yield element  # type: ignore[misc]
    finally:
        arret.set()
        fil.join()
