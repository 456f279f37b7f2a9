"""Statistical secrecy: publish figures about many people without revealing one. Pure functions.

A figure made by fewer than five agents or three services is withheld, as well as any figure that would give it back by
subtraction (total minus parts, nested figures). Only whole past months are published, once each: two overlapping
periods would allow a subtraction.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Final, NamedTuple, TypeVar

SEUIL_AGENTS: Final = 5
SEUIL_SERVICES: Final = 3
_CACHETTE: Final = 2 * SEUIL_AGENTS - 1
"""Fewest agents in the hidden group: fewer would let a reader bound each hidden figure."""
K = TypeVar("K", bound=Hashable)


class Comptee(NamedTuple):
    """A figure and how many agents and services made it. ``services``: None when the figure is one organisation's."""

    valeur: float
    agents: int
    services: int | None = None


def publiable(cellule: Comptee) -> bool:
    """Tell whether enough agents, of enough services, made a figure."""
    return cellule.agents >= SEUIL_AGENTS and (cellule.services is None or cellule.services >= SEUIL_SERVICES)


def parties(cellules: Mapping[K, Comptee]) -> dict[K, float | None]:
    """Return the parts of a published total, None for those withheld. Their order must not depend on their values.

    When a part is too small, others are hidden with it, in the given order, until the hidden parts hold nine agents at
    least: the difference with the total then leaves several possible values. Hiding the smallest of the others would
    not do: it is at least five and at most the smallest published part, which may determine it exactly. Hiding none
    would not do either: three small parts that total twelve are four each.
    """
    petites = {cle for cle, cellule in cellules.items() if not publiable(cellule)}
    tues = set(petites)
    for cle in cellules:
        assez = tues != petites and sum(cellules[c].agents for c in tues) >= _CACHETTE
        if petites and not assez:
            tues.add(cle)
    return {cle: None if cle in tues else cellule.valeur for cle, cellule in cellules.items()}


def emboitees(etapes: Sequence[Comptee]) -> list[float | None]:
    """Nested counts (each a subset of the previous one): None for a step that is too small, or that leaves too few
    people between it and the last published step."""
    dites: list[float | None] = []
    derniere: float | None = None
    for etape in etapes:
        dite = publiable(etape) and (derniere is None or _sans_detail(derniere - etape.valeur))
        dites.append(etape.valeur if dite else None)
        derniere = etape.valeur if dite else derniere
    return dites


def part(partie: float, ensemble: float) -> float | None:
    """Return a part of a published total; None when the part or the rest is too small."""
    return partie if _sans_detail(partie) and _sans_detail(ensemble - partie) else None


def _sans_detail(nombre: float) -> bool:
    """Zero, or at least ``SEUIL_AGENTS``."""
    return nombre == 0 or nombre >= SEUIL_AGENTS
