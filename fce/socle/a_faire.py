"""What waits for a reader, shown on his first page: each room says what is his in it (``declarer``, in its
``AppConfig.ready``), and the page knows none of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Tache:
    """Something to do: a gesture, the page where it is done, what it is about in one line.

    ``avant_le``: last day to do it; ``depuis_le``: since when it waits, when no day binds. One of them, or none.
    """

    titre: str
    adresse: str
    precision: str = ""
    avant_le: date | None = None
    depuis_le: date | None = None

    def en_retard(self, aujourd_hui: date) -> bool:
        """Whether its last day is over."""
        return self.avant_le is not None and self.avant_le < aujourd_hui


Lecture = Callable[[Any, date], Iterable[Tache]]
"""(account, day) → what waits for that account."""
_LECTURES: Final[dict[str, Lecture]] = {}


def declarer(nom: str, lire: Lecture) -> None:
    """Say that a room has things to do. Raises ValueError when another reading bears this name."""
    if _LECTURES.setdefault(nom, lire) is not lire:
        raise ValueError(f"« {nom} » est déjà déclaré")


def taches(compte: Any, aujourd_hui: date) -> list[Tache]:
    """What waits for an account, in all rooms: what is late first, then by date, what has none last."""
    lues = [tache for lire in _LECTURES.values() for tache in lire(compte, aujourd_hui)]
    return sorted(lues, key=lambda t: (not t.en_retard(aujourd_hui), t.avant_le or t.depuis_le or date.max, t.titre))
