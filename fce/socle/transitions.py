"""State machines as tables: {action: (states it starts from, state it leads to)}. Pure functions.

None as the resulting state means that the state does not change. Each room keeps its own table.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from django.db.models import TextChoices

E = TypeVar("E", bound=TextChoices)
G = TypeVar("G", bound=StrEnum)


def arrivee(table: Mapping[G, tuple[frozenset[E], E | None]], etat: str, geste: G) -> E | None:
    """Return the state that ``geste`` leads to, None when it is not allowed from ``etat``."""
    departs, vers = table[geste]
    depart = next((possible for possible in departs if possible == etat), None)
    return depart if depart is None or vers is None else vers


def gestes_possibles(table: Mapping[G, tuple[frozenset[E], E | None]], etat: str) -> list[G]:
    """Return the actions allowed from ``etat``, in the order of the table."""
    return [geste for geste, (departs, _) in table.items() if etat in departs]
