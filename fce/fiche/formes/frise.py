"""Curves over months, bands of what lasts under them and days marked across, as SVG coordinates on one time axis.

Pure: facts in, coordinates out; a template draws them with classes and attributes (strict CSP). A phone has a drawing
of its own, with labels above the bands. Texts are written at 12 units, a unit being about a pixel.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Final, NamedTuple

from fce.fiche.formes.graphique import ABREGES
from fce.socle.texte.formats import MOIS, nombre
from fce.socle.texte.mois import ajouter_mois
from fce.socle.texte.tendances import etendue

BANDES_MAX: Final = 5
AUTRES: Final = "Autres"
LETTRE: Final = 6.6
"""Width of a letter at 12 units."""
MARQUE, COURBE, BANDE = 10, 44, 16
"""Width of a day in a band; heights of a curve and of a band."""


class CourbeDeMois(NamedTuple):
    """``points``: (first day of a month, value), oldest first. ``ici``: the reader's part."""

    titre: str
    precision: str
    points: Sequence[tuple[date, float]]
    ici: bool = False


class PeriodeDessinee(NamedTuple):
    """``fin``: None when open; ``plein``: solid, else pale."""

    debut: date
    fin: date | None
    texte: str
    plein: bool = False


@dataclass(slots=True)
class Frise:
    """What a template draws, vertical lines (``ans``, ``jours``: x) from ``haut`` to ``bas``; ``axes``: y; ``traces``:
    (path, x and y of its end, ``ici``); ``barres``: (x, y, width, ``plein``); ``textes``: (x, y, text, anchor,
    class)."""

    largeur: int
    gauche: int
    droite: int
    haut: float = 8
    bas: float = 0
    hauteur: float = 0
    ans: list[float] = field(default_factory=list)
    jours: list[float] = field(default_factory=list)
    axes: list[float] = field(default_factory=list)
    traces: list[tuple[str, float, float, bool]] = field(default_factory=list)
    barres: list[tuple[float, float, float, bool]] = field(default_factory=list)
    textes: list[tuple[float, float, str, str, str]] = field(default_factory=list)

    def ecrire(self, x: float, y: float, texte: str, ancre: str = "start", classe: str = "") -> None:
        self.textes.append((round(x, 1), round(y, 1), texte, ancre, classe))


Echelle = Callable[[date], float]


def bornes(points: Sequence[tuple[date, float]]) -> tuple[float, float]:
    """Least and greatest value of the axis of a curve, which does not begin at 0."""
    bas, haut = min(v for _, v in points), max(v for _, v in points)
    milieu, moitie = (bas + haut) / 2, etendue(bas, haut) / 2
    return max(0, milieu - moitie), milieu + moitie


def frise(
    courbes: Sequence[CourbeDeMois], bandes: Mapping[str, Sequence[PeriodeDessinee]], marques: Mapping[date, str],
    debut: date, fin: date, *, etroite: bool = False,
) -> Frise:  # fmt: skip
    """The drawing from ``debut`` to ``fin``. Over ``BANDES_MAX`` bands, the last ones are one."""
    f = Frise(342, 8, 334) if etroite else Frise(1168, 170, 1160)

    def x(jour: date) -> float:
        part = (min(max(jour, debut), fin) - debut).days / max(1, (fin - debut).days)
        return round(f.gauche + part * (f.droite - f.gauche), 1)

    for rang, jour in enumerate(sorted(j for j in marques if debut <= j <= fin)):
        f.haut = 22 + 14 * rang
        f.jours.append(x(jour))
        avant = x(jour) > len(marques[jour]) * LETTRE
        f.ecrire(x(jour) + (-5 if avant else 5), f.haut - 8, marques[jour], "end" if avant else "start", "alarme")
    y = f.haut
    for courbe in courbes:
        y = _courbe(f, courbe, y, x, etroite=etroite)
    rangees = list(bandes.items())
    if len(rangees) > BANDES_MAX:
        rangees[BANDES_MAX - 1 :] = [(AUTRES, [p for _, siennes in rangees[BANDES_MAX - 1 :] for p in siennes])]
    for titre, periodes in rangees:
        y = _bande(f, titre, sorted(periodes, key=lambda p: p.plein), y + 10, x, fin, etroite=etroite)
    f.bas, f.hauteur = y + 8, y + 28
    f.ans = [x(date(an, 1, 1)) for an in range(debut.year + 1, fin.year + 1)]
    for an, ou in enumerate(f.ans, debut.year + 1):
        f.ecrire(ou + 4, f.bas + 16, str(an) if ou < f.droite - 90 else "")
    f.ecrire(f.droite, f.bas + 16, f"{ABREGES.get(MOIS[fin.month - 1], MOIS[fin.month - 1])} {fin.year}", "end")
    return f


def _courbe(f: Frise, courbe: CourbeDeMois, y: float, x: Echelle, *, etroite: bool) -> float:
    """Draw a curve under ``y``, broken where months are missing; return the bottom of its place."""
    bas, haut = bornes(courbe.points)
    y += 34 if etroite else 16
    place = [(x(m + timedelta(14)), round(y + (haut - v) / (haut - bas or 1) * COURBE, 1)) for m, v in courbe.points]
    suivis = [False, *(ajouter_mois(avant, 1) == mois for (avant, _), (mois, _) in pairwise(courbe.points))]
    chemin = " ".join(f"{'L' if suit else 'M'}{px} {py}" for suit, (px, py) in zip(suivis, place, strict=True))
    f.traces.append((chemin, *place[-1], courbe.ici))
    f.axes.append(y + COURBE + 24)
    f.ecrire(f.gauche if etroite else 0, y + (-20 if etroite else 14), courbe.titre, "start", "fort")
    f.ecrire(f.droite if etroite else 0, y + (-20 if etroite else 30), courbe.precision, "end" if etroite else "start")
    f.ecrire(place[0][0], place[0][1] + 17, nombre(round(courbe.points[0][1])))
    f.ecrire(f.droite, place[-1][1] - 8, nombre(round(courbe.points[-1][1])), "end", "fort")
    return f.axes[-1]


def _bande(
    f: Frise, titre: str, periodes: Sequence[PeriodeDessinee], y: float, x: Echelle, fin: date, *, etroite: bool
) -> float:
    """Draw a band under ``y``, its solid periods over the pale ones. A text that has no room is left to the table."""
    if etroite:
        suite = ", ".join(dict.fromkeys(p.texte for p in periodes))
        tient = (len(titre) + len(suite) + 3) * LETTRE < f.largeur - 2 * f.gauche
        f.ecrire(f.gauche, y + 8, f"{titre} : {suite}" if tient else titre, "start", "fort")
        y += 14
    else:
        f.ecrire(0, y + 12.5, titre, "start", "fort")
    poses = [(min(x(p.debut), f.droite - MARQUE), max(MARQUE, x(p.fin or fin) - x(p.debut)), p) for p in periodes]
    f.barres += [(ou, y, round(large, 1), p.plein) for ou, large, p in poses]
    occupes = [(ou, ou + large) for ou, large, _ in poses]
    for rang, (ou, large, p) in enumerate([] if etroite else poses):
        mot = len(p.texte) * LETTRE + 12
        autres = occupes[:rang] + occupes[rang + 1 :]
        for a, ancre, ici in ((ou, "start", True), (ou + large, "start", False), (ou - mot, "end", False)):
            libre = f.gauche <= a and a + mot <= f.droite and not any(a < d and c < a + mot for c, d in autres)
            if libre and (mot <= large or not ici):
                classe = "inverse" if ici and p.plein else ""
                f.ecrire(a + 6 if ancre == "start" else a + mot - 6, y + 12.5, p.texte, ancre, classe)
                occupes.append((a, a + mot))
                break
    return y + BANDE
