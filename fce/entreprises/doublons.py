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

    The ends of the chains (targets that are nobody's duplicate) come first, then, in a cycle, the members themselves.
    Among several: the active one, then the link processed last, then the smallest number. Only a target whose row is in
    the file in place is given; a cycle whose best member is ``siren`` itself gives None.
    """
    liens = [a for a in aretes if a.ancien != a.cible]
    sortants: dict[str, list[Arete]] = {}
    for lien in liens:
        sortants.setdefault(lien.ancien, []).append(lien)
    atteintes: dict[str, Arete] = {}
    a_voir = [siren]
    vus = {siren}
    while a_voir:
        for lien in sortants.get(a_voir.pop(), ()):
            connue = atteintes.get(lien.cible)
            if connue is None or lien.date > connue.date:
                atteintes[lien.cible] = lien
            if lien.cible not in vus:
                vus.add(lien.cible)
                a_voir.append(lien.cible)
    candidates = [a for a in atteintes.values() if a.presente]
    finales = [a for a in candidates if a.cible not in sortants] or candidates
    if not finales:
        return None
    # Two stable sorts: the smallest number decides last.
    finales.sort(key=lambda a: a.cible)
    finales.sort(key=lambda a: (a.active, a.date), reverse=True)
    return finales[0].cible if finales[0].cible != siren else None
