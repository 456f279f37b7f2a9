"""The group of a company at a date, as a graph. Pure: neither database nor rights.

A node is a SIREN, or the name of a company that has none (established abroad). ``haut`` holds or runs ``bas``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from fce.sources.synthese import SEUL

MOITIE: Final = 50
VERBES_QUI_TIENNENT: Final = frozenset({"préside", "gère"})


class DeclarationDeLien(NamedTuple):
    """One row of a register. ``declarant``: the company that wrote it; ``annee``: None, undated; ``part``: percent."""

    haut: str
    bas: str
    source: str
    declarant: str
    annee: int | None = None
    part: float | None = None
    verbe: str = ""


class LienDeGroupe(NamedTuple):
    """What all the declarations say of two companies at a date. ``verbes``: highest rank first."""

    haut: str
    bas: str
    part: float | None
    verbes: tuple[str, ...]
    annee: int | None
    sources: tuple[str, ...]

    @property
    def tient(self) -> bool:
        """By more than half of the shares, or as sole associate; where no share is known, by running it. The page and
        the API say it to readers."""
        if SEUL in self.verbes or self.part is not None:
            return SEUL in self.verbes or (self.part or 0) > MOITIE
        return not VERBES_QUI_TIENNENT.isdisjoint(self.verbes)


class Rang(NamedTuple):
    """A row of the tree: ``lien`` leads to it from the row above, None for a head; ``autres``: its other holders.

    ``profondeur``: steps from the head; ``deja``: the node already has a row above, because links make a loop.
    """

    cle: str
    rang: int
    profondeur: int
    lien: LienDeGroupe | None
    autres: tuple[LienDeGroupe, ...] = ()
    deja: bool = False


def liens_au(declarations: Iterable[DeclarationDeLien], au: int | None = None) -> list[LienDeGroupe]:
    """The links of the last declaration of each company, of the year ``au`` at most: what it no longer declares has
    ended. Undated links are in force."""
    connues, derniere = list(declarations), dict[str, int]()
    for d in connues:
        if d.annee is not None and (au is None or d.annee <= au):
            derniere[d.declarant] = max(d.annee, derniere.get(d.declarant, 0))
    bouts = dict[tuple[str, str], list[DeclarationDeLien]]()
    for d in connues:
        if d.annee is None or d.annee == derniere.get(d.declarant):
            bouts.setdefault((d.haut, d.bas), []).append(d)
    return [_reunir(haut, bas, siennes) for (haut, bas), siennes in sorted(bouts.items())]


def _reunir(haut: str, bas: str, siennes: Sequence[DeclarationDeLien]) -> LienDeGroupe:
    """The share of the latest declaration; of two of one year, that of the company held."""
    dites = sorted((d for d in siennes if d.annee), key=lambda d: (d.annee or 0, d.declarant == bas), reverse=True)
    part = next((d.part for d in dites if d.part is not None), None)
    verbes = tuple(dict.fromkeys(d.verbe for d in siennes if d.verbe))
    return LienDeGroupe(
        haut, bas, part, verbes, dites[0].annee if dites else None, tuple(sorted({d.source for d in siennes}))
    )


def membres(ici: str, liens: Sequence[LienDeGroupe]) -> set[str]:
    """The group: who holds it, through any number of others, and all that these hold."""
    hauts, bas = dict[str, list[str]](), dict[str, list[str]]()
    for lien in liens:
        if lien.tient:
            hauts.setdefault(lien.bas, []).append(lien.haut)
            bas.setdefault(lien.haut, []).append(lien.bas)
    return set(_distances(_distances((ici,), hauts), bas))


def du_groupe(ici: str, liens: Sequence[LienDeGroupe]) -> list[LienDeGroupe]:
    """The links within the group, and those of the company itself, even small."""
    corps = membres(ici, liens)
    return [x for x in liens if {x.haut, x.bas} <= corps or (ici in (x.haut, x.bas) and x.haut != x.bas)]


def _distances(depart: Iterable[str], suivants: Mapping[str, Sequence[str]]) -> dict[str, int]:
    vus, bord = dict.fromkeys(depart, 0), list(depart)
    while bord:
        neufs = dict.fromkeys(s for n in bord for s in suivants.get(n, ()) if s not in vus)
        vus |= dict.fromkeys(neufs, max(vus.values()) + 1)
        bord = list(neufs)
    return vus


def arbre(ici: str, liens: Sequence[LienDeGroupe], ordre: Callable[[str], object]) -> list[Rang]:
    """Every node once, depth first, under the one that holds most of it; ``ordre``: among those of one parent.

    A node that a loop leads back to has a second row, marked ``deja``, which is not followed.
    """
    parents, enfants = dict[str, list[LienDeGroupe]](), dict[str, list[LienDeGroupe]]()
    for lien in liens:
        if lien.haut != lien.bas:
            parents.setdefault(lien.bas, []).append(lien)
    for siens in parents.values():
        siens.sort(key=lambda x: (not x.tient, -(x.part or 0), x.haut))
        enfants.setdefault(siens[0].haut, []).append(siens[0])
    for siens in enfants.values():
        siens.sort(key=lambda x: (not x.tient, -(x.part or 0), ordre(x.bas)))
    au_dessus = _distances((ici,), {bas: [x.haut for x in siens] for bas, siens in parents.items()})
    noeuds = {ici, *(cle for lien in liens for cle in (lien.haut, lien.bas))}
    tetes = sorted(noeuds - parents.keys(), key=lambda n: (n not in au_dessus, -au_dessus.get(n, 0), str(ordre(n))))
    vus, rangs = set[str](), list[Rang]()
    for tete in (*tetes, ici, *sorted(noeuds)):
        rangs += _descendre(tete, -au_dessus.get(tete, 0), enfants, parents, vus) if tete not in vus else []
    return rangs


def _descendre(
    tete: str,
    rang: int,
    enfants: Mapping[str, Sequence[LienDeGroupe]],
    parents: Mapping[str, Sequence[LienDeGroupe]],
    vus: set[str],
) -> Iterator[Rang]:
    pile: list[tuple[str, int, int, LienDeGroupe | None]] = [(tete, rang, 0, None)]
    while pile:
        cle, rang, profondeur, lien = pile.pop()
        deja = cle in vus
        yield Rang(cle, rang, profondeur, lien, tuple(x for x in parents.get(cle, ()) if x != lien), deja)
        if not deja:
            vus.add(cle)
            pile += [(x.bas, rang + 1, profondeur + 1, x) for x in reversed(enfants.get(cle, ()))]
