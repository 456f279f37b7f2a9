"""The drawing of the years of a timeline: how many events each has, and how serious they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple
from urllib.parse import urlencode

from fce.donnees.entreprises.historique import Evenement
from fce.donnees.entreprises.historique_lieux import JalonsComptes
from fce.fiche.lecture.gravite import gravite_de, gravite_du_genre
from fce.sources.presentation import Gravite

DESSINEES: Final = 12
"""Years of the drawing; the older ones share its first bar."""


class AnneeDessinee(NamedTuple):
    """A bar: (gravity, number, top, height on 40) of each gravity that has some, gravest at the foot."""

    titre: str
    lien: str
    total: int
    barres: tuple[tuple[Gravite, int, float, float], ...]


def dessiner(evenements: Iterable[Evenement], restes: Iterable[JalonsComptes], adresse: str) -> Iterator[AnneeDessinee]:
    """How many events each year has and how serious they are, those that are only counted included."""
    faits = Counter((e.date.year, gravite_de(e)) for e in evenements if e.date)
    for c in restes:
        faits[c.annee, gravite_du_genre(c.genre)] += c.nombre
    dernier, premier = (f({an for an, _ in faits}, default=0) for f in (max, min))
    avant = dernier - DESSINEES
    ans: dict[int, Counter[Gravite]] = {an: Counter() for an in range(max(premier, avant), dernier + 1)}
    for (an, gravite), n in faits.items():
        ans[max(an, avant)][gravite] += n
    plus = max((c.total() for c in ans.values()), default=0) or 1
    for an, comptes in ans.items() if len({an for an, _ in faits}) > 1 else ():
        bornes = {"jusqu_a": str(an)} if an == avant else {"depuis": str(an), "jusqu_a": str(an)}
        haut, barres = 40.0, []
        for gravite in (g for g in Gravite if comptes[g]):
            hauteur = max(1.5, 36 * comptes[gravite] / plus)
            haut -= hauteur
            barres.append((gravite, comptes[gravite], round(haut, 1), round(hauteur, 1)))
        titre = f"Jusqu’en {an}" if an == avant and premier < avant else str(an)
        yield AnneeDessinee(titre, f"{adresse}/chronologie?{urlencode(bornes)}", comptes.total(), tuple(barres))
