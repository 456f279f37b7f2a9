"""Statistical secrecy: what may be said of many without saying it of one. Pure functions.

A cell that fewer than five agents, or three services, have made is withheld; then whatever would give it back by a
subtraction, between a total and its parts or between figures that hold one another. Months alone are published, whole
and over, never twice: no two periods overlap, hence none is subtracted from another.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Final, NamedTuple, TypeVar

SEUIL_AGENTS: Final = 5
SEUIL_SERVICES: Final = 3
_CACHETTE: Final = 2 * SEUIL_AGENTS - 1
"""Agents among whom a few are hidden, without those beside them being a few as well."""
K = TypeVar("K", bound=Hashable)


class Comptee(NamedTuple):
    """A figure and who made it. ``services``: None where they say nothing (the figure is one organisation's)."""

    valeur: float
    agents: int
    services: int | None = None


def publiable(cellule: Comptee) -> bool:
    """Whether enough agents, of enough services, made a figure."""
    return cellule.agents >= SEUIL_AGENTS and (cellule.services is None or cellule.services >= SEUIL_SERVICES)


def parties(cellules: Mapping[K, Comptee]) -> dict[K, float | None]:
    """The parts of a total that is said elsewhere: None for those withheld, in the order in which they are given, which
    must not follow from their values.

    One that is too small hides another with it, then others until those hidden are of nine agents at least: whatever
    the total takes away, a small one may still be of several numbers. The smallest of the others would not do: it is
    five at least and under all those that are said, hence known exactly at times, and the small one with it. Nor would
    none, where the small ones are many: three that make twelve are four each.
    """
    petites = {cle for cle, cellule in cellules.items() if not publiable(cellule)}
    tues = set(petites)
    for cle in cellules:
        assez = tues != petites and sum(cellules[c].agents for c in tues) >= _CACHETTE
        if petites and not assez:
            tues.add(cle)
    return {cle: None if cle in tues else cellule.valeur for cle, cellule in cellules.items()}


def emboitees(etapes: Sequence[Comptee]) -> list[float | None]:
    """Numbers of people, each among those before: None for a step too small, or that leaves too few of the last step
    said outside of it."""
    dites: list[float | None] = []
    derniere: float | None = None
    for etape in etapes:
        dite = publiable(etape) and (derniere is None or _sans_detail(derniere - etape.valeur))
        dites.append(etape.valeur if dite else None)
        derniere = etape.valeur if dite else derniere
    return dites


def part(partie: float, ensemble: float) -> float | None:
    """A part of a set that is said: None when it, or what is left, is of a few."""
    return partie if _sans_detail(partie) and _sans_detail(ensemble - partie) else None


def _sans_detail(nombre: float) -> bool:
    """Nobody, or many."""
    return nombre == 0 or nombre >= SEUIL_AGENTS
