"""Duplicates of Sirene: which SIREN replaces an old one. No I/O; Insee's file has chains, several targets and
cycles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Arete:
    """Insee says that ``ancien`` (sirenDoublon) duplicates ``cible`` (siren), which is kept.

    ``date``: ISO date of last processing, "" if unknown; ``presente``, ``active``: state of the row of ``cible``.
    """

    ancien: str
    cible: str
    date: str = ""
    presente: bool = False
    active: bool = False

    @classmethod
    def de(cls, ligne: Mapping[str, Any]) -> Arete:
        """Make an edge from a row of ``requetes.doublons``."""
        return cls(ligne["ancien"], ligne["cible"], ligne["date"] or "", ligne["presente"], ligne["active"])


def remplacant(siren: str, aretes: Iterable[Arete]) -> str | None:
    """The SIREN to read instead of ``siren``, or None.

    Follows the links to numbers that nothing replaces, alone or in a cycle, among those with a row in the file. Prefers
    an active one, then the one reached by the latest link (outside cycles), then the smallest number. The result is
    therefore never replaced itself.
    """
    liens = list(aretes)
    suites: dict[str, set[str]] = {}
    for lien in liens:
        suites.setdefault(lien.ancien, set()).add(lien.cible)
    presentes = {a.cible for a in liens if a.presente}
    actives = {a.cible for a in liens if a.active}
    atteintes = {n: _atteintes(n, suites) & presentes for n in {siren} | presentes}
    # A final number: every number reachable from it leads back to it.
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
    """Numbers reachable from ``depart``, which is included only if in a cycle."""
    vues: set[str] = set()
    a_voir = [depart]
    while a_voir:
        nouvelles = suites.get(a_voir.pop(), set()) - vues
        vues |= nouvelles
        a_voir.extend(nouvelles)
    return vues


def _inverse(date: str) -> str:
    """A text that sorts in reverse: latest ISO date first, unknown last."""
    return "".join(chr(0x7F - ord(c)) for c in date) if date else "\x7f"
