"""States and gestures as a table: {gesture: (states that it may be done from, state that it leads to)}. Pure.

Each room that has one keeps its table and its words; what is asked of it is here.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from django.db.models import TextChoices

E = TypeVar("E", bound=TextChoices)
G = TypeVar("G", bound=StrEnum)


def arrivee(table: Mapping[G, tuple[frozenset[E], E]], etat: str, geste: G) -> E | None:
    """The state that a gesture leads to, None when it may not be done from ``etat``."""
    departs, vers = table[geste]
    return vers if etat in departs else None


def gestes_possibles(table: Mapping[G, tuple[frozenset[E], E]], etat: str) -> list[G]:
    """Gestures that a state allows, in the order of the table."""
    return [geste for geste, (departs, _) in table.items() if etat in departs]
