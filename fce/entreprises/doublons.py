"""Duplicates of Sirene: which SIREN replaces an old one. Pure; the real file has chains, several targets and cycles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Arete:
    """INSEE says that ``ancien`` (sirenDoublon) duplicates ``cible`` (siren), the one it keeps.

    ``date`` is the ISO date of last processing ("" if unknown); ``presente`` and ``active``: the row of ``cible``.
    """

    ancien: str
    cible: str
    date: str = ""
    presente: bool = False
    active: bool = False


def remplacant(siren: str, aretes: Iterable[Arete]) -> str | None:
    """The SIREN to read instead of ``siren``, or None when there is none.

    Only targets whose row is in the file in place count. Following the links ends in numbers that nothing replaces,
    alone or in a cycle: those are the candidates. Preferred: an active one, then the one reached by the link processed
    last, then the smallest number; inside a cycle: an active one, then the smallest number. A replacement is therefore
    never replaced itself.
    """
    liens = list(aretes)
    suites: dict[str, set[str]] = {}
    for lien in liens:
        suites.setdefault(lien.ancien, set()).add(lien.cible)
    presentes = {a.cible for a in liens if a.presente}
    actives = {a.cible for a in liens if a.active}
    atteintes = {n: _atteintes(n, suites) & presentes for n in {siren} | presentes}
    # An end: whatever can be reached from it leads back to it.
    fins = {n for n in atteintes[siren] if all(n in atteintes[suivante] for suivante in atteintes[n])}
    if not fins:
        return None
    groupes: set[frozenset[str]] = {frozenset({n} | (atteintes[n] & fins)) for n in fins}

    def preference(groupe: frozenset[str]) -> tuple[bool, str, str]:
        derniere = max((a.date for a in liens if a.cible in groupe and a.ancien not in groupe), default="")
        return not groupe & actives, _inverse(derniere), min(groupe)

    fin = sorted(groupes, key=preference)[0]
    choisi = min(fin, key=lambda n: (n not in actives, n))
    return choisi if choisi != siren else None


def _atteintes(depart: str, suites: dict[str, set[str]]) -> set[str]:
    """Every number that can be reached from ``depart``; itself only through a cycle."""
    vues: set[str] = set()
    a_voir = [depart]
    while a_voir:
        nouvelles = suites.get(a_voir.pop(), set()) - vues
        vues |= nouvelles
        a_voir.extend(nouvelles)
    return vues


def _inverse(date: str) -> str:
    """A text that sorts the other way round: the latest ISO date first, an unknown one last."""
    return "".join(chr(0x7F - ord(c)) for c in date) if date else "\x7f"
