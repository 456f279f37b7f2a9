"""States and gestures as a table: {gesture: (states that it may be done from, state that it leads to)}. Pure.

None as a state that is led to: the thing stays in its own. Each room that has a table keeps it, and its words; what is
asked of it is here.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from django.db.models import TextChoices

E = TypeVar("E", bound=TextChoices)
G = TypeVar("G", bound=StrEnum)


def arrivee(table: Mapping[G, tuple[frozenset[E], E | None]], etat: str, geste: G) -> E | None:
    """The state that a gesture leads to, None when it may not be done from ``etat``."""
    departs, vers = table[geste]
    depart = next((possible for possible in departs if possible == etat), None)
    return depart if depart is None or vers is None else vers


def gestes_possibles(table: Mapping[G, tuple[frozenset[E], E | None]], etat: str) -> list[G]:
    """Gestures that a state allows, in the order of the table."""
    return [geste for geste, (departs, _) in table.items() if etat in departs]
