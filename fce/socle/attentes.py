"""What a long poll waits for: a number that grows when something new can be read.

A view that has nothing new says so in its answer (``EN_ATTENTE``); the server keeps the connection without holding a
thread, and calls the view again once the number has grown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

EN_ATTENTE: Final = "X-FCE-En-Attente"
"""Header of an answer that may be kept back: « seconds number ». The server never sends it."""
SECONDES_MAX: Final = 25
_lire: Callable[[], int] | None = None


def retenir(lire: Callable[[], int]) -> None:
    """Set how the number is read: one short query."""
    global _lire
    _lire = lire


def lire() -> int:
    assert _lire is not None  # noqa: S101 – set when the application is ready
    return _lire()
