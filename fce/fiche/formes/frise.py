"""Curves over months, bands of what lasts under them and days marked across, as SVG coordinates on one time axis.

Pure: facts in, coordinates out. A template draws them with classes and attributes (strict CSP). A phone has a drawing
of its own, whose labels are above the bands. Texts are written at 12 units, a unit being about a pixel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Final, NamedTuple

from fce.fiche.formes.graphique import ABREGES
from fce.socle.texte.formats import MOIS, nombre, pluriel
from fce.socle.texte.mois import ajouter_mois
from fce.socle.texte.tendances import etendue

BANDES_MAX: Final = 5
LETTRE: Final = 6.6
"""Width of a letter at 12 units."""
MARQUE: Final = 10
BANDE: Final = 16


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


class BandeDessinee(NamedTuple):
    titre: str
    periodes: Sequence[PeriodeDessinee]


class JourMarque(NamedTuple):
    jour: date
    texte: str


class Ecrit(NamedTuple):
    """A text: place, anchor and class of the style sheet."""

    x: float
    y: float
    texte: str
    ancre: str = "start"
    classe: str = ""


class Trace(NamedTuple):
    """A curve: path, and its last point. Months without a value break it."""

    chemin: str
    x: float
    y: float
    ici: bool


class Barre(NamedTuple):
    x: float
    y: float
    largeur: float
    plein: bool


@dataclass(slots=True)
class Frise:
    """What a template draws: ``ans`` and ``jours``: x of vertical lines, from ``haut`` to ``bas``; ``axes``: y."""

    largeur: int
    gauche: int
    droite: int
    haut: float = 8
    bas: float = 0
    hauteur: float = 0
    ans: list[float] = field(default_factory=list)
    jours: list[float] = field(default_factory=list)
    axes: list[float] = field(default_factory=list)
    traces: list[Trace] = field(default_factory=list)
    barres: list[Barre] = field(default_factory=list)
    textes: list[Ecrit] = field(default_factory=list)


def bornes(points: Sequence[tuple[date, float]]) -> tuple[float, float]:
    """Least and greatest value of the axis of a curve, which does not begin at 0."""
    valeurs = [v for _, v in points]
    milieu, moitie = (min(valeurs) + max(valeurs)) / 2, etendue(min(valeurs), max(valeurs)) / 2
    return max(0, milieu - moitie), milieu + moitie


def mois_court(jour: date) -> str:
    return f"{ABREGES.get(MOIS[jour.month - 1], MOIS[jour.month - 1])} {jour.year}"


def frise(
    courbes: Sequence[CourbeDeMois], bandes: Sequence[BandeDessinee], jours: Sequence[JourMarque],
    debut: date, fin: date, *, etroite: bool = False,
) -> Frise:  # fmt: skip
    """The drawing from ``debut`` to ``fin``. Over ``BANDES_MAX`` bands, the last ones are one."""
    f = Frise(342, 8, 334) if etroite else Frise(1168, 170, 1160)
    if len(bandes) > BANDES_MAX:
        autres = [p for bande in bandes[BANDES_MAX - 1 :] for p in bande.periodes]
        bandes = [*bandes[: BANDES_MAX - 1], BandeDessinee("Autres", autres)]

    def x(jour: date) -> float:
        part = (min(max(jour, debut), fin) - debut).days / max(1, (fin - debut).days)
        return round(f.gauche + part * (f.droite - f.gauche), 1)

    for rang, marque in enumerate(sorted(j for j in jours if debut <= j.jour <= fin)):
        f.haut = 22 + 14 * rang
        ou = x(marque.jour)
        f.jours.append(ou)
        avant = ou - len(marque.texte) * LETTRE > 0
        f.textes.append(
            Ecrit(ou - 5 if avant else ou + 5, f.haut - 8, marque.texte, "end" if avant else "start", "alarme")
        )
    y = f.haut
    for courbe in courbes:
        y = _courbe(f, courbe, y, x, etroite=etroite)
    for bande in bandes:
        y = _bande(f, bande, y + 10, x, fin, etroite=etroite)
    f.bas, f.hauteur = y + 8, y + 28
    for an in range(debut.year + 1, fin.year + 1):
        ou = x(date(an, 1, 1))
        f.ans.append(ou)
        if ou < f.droite - 90:
            f.textes.append(Ecrit(ou + 4, f.bas + 16, str(an)))
    f.textes.append(Ecrit(f.droite, f.bas + 16, mois_court(fin), "end"))
    return f


def _courbe(f: Frise, courbe: CourbeDeMois, y: float, x: Callable[[date], float], *, etroite: bool) -> float:
    """Draw a curve under ``y``; return the bottom of its place."""
    bas, haut = bornes(courbe.points)
    tete = 34 if etroite else 16
    place = [(x(jour + timedelta(days=14)), round(y + tete + (haut - v) / ((haut - bas) or 1) * 44, 1))
             for jour, v in courbe.points]  # fmt: skip
    suivis = [False, *(ajouter_mois(avant, 1) == jour for (avant, _), (jour, _) in pairwise(courbe.points))]
    chemin = " ".join(f"{'L' if suit else 'M'}{px} {py}" for suit, (px, py) in zip(suivis, place, strict=True))
    (x1, y1), (x2, y2) = place[0], place[-1]
    f.traces.append(Trace(chemin, x2, y2, courbe.ici))
    fond = y + tete + 44 + 24
    f.axes.append(fond)
    if etroite:
        f.textes.append(
            Ecrit(f.gauche, y + 14, ", ".join(filter(None, (courbe.titre, courbe.precision))), classe="fort")
        )
    else:
        f.textes += [Ecrit(0, y + tete + 14, courbe.titre, classe="fort"), Ecrit(0, y + tete + 30, courbe.precision)]
    f.textes.append(Ecrit(x1, y1 + 17, nombre(round(courbe.points[0][1]))))
    f.textes.append(Ecrit(f.droite, y2 - 8, nombre(round(courbe.points[-1][1])), "end", "fort"))
    return fond


def _bande(f: Frise, bande: BandeDessinee, y: float, x: Callable[[date], float], fin: date, *, etroite: bool) -> float:
    """Draw a band under ``y``: its pale periods, then the solid ones over them. A text that has no room is left to the
    table."""
    reunies = [p for plein in (False, True) for p in _reunir([p for p in bande.periodes if p.plein is plein], fin)]
    if etroite:
        suite = f" : {', '.join(p.texte for p in reunies)}"
        tenue = suite if (len(bande.titre) + len(suite)) * LETTRE < f.largeur - 2 * f.gauche else ""
        f.textes.append(Ecrit(f.gauche, y + 8, f"{bande.titre}{tenue}", classe="fort"))
        y += 14
    else:
        f.textes.append(Ecrit(0, y + 12.5, bande.titre, classe="fort"))
    poses = [(p, x(p.debut), max(MARQUE, x(p.fin or fin) - x(p.debut))) for p in reunies]
    poses = [(p, min(ou, f.droite - MARQUE), large) for p, ou, large in poses]
    f.barres += [Barre(ou, y, round(large, 1), p.plein) for p, ou, large in poses]
    occupes = [(ou, ou + large) for _, ou, large in poses]
    for p, ou, large in () if etroite else poses:
        mot = len(p.texte) * LETTRE + 12
        dessous = any(o is not p and not p.plein and ou < po < ou + mot for o, po, _ in poses)
        if mot <= large and not dessous:
            f.textes.append(Ecrit(ou + 6, y + 12.5, p.texte, classe="inverse" if p.plein else ""))
            continue
        for a, b, ancre in ((ou + large, ou + large + mot, "start"), (ou - mot, ou, "end")):
            if f.gauche <= a and b <= f.droite and not any(a < d and c < b for c, d in occupes):
                f.textes.append(Ecrit(a + 6 if ancre == "start" else b - 6, y + 12.5, p.texte, ancre))
                occupes.append((a, b))
                break
    return y + BANDE


def _reunir(periodes: Sequence[PeriodeDessinee], fin: date) -> Iterator[PeriodeDessinee]:
    """Those that overlap as one."""
    suite: list[PeriodeDessinee] = []
    for p in sorted(periodes, key=lambda p: p.debut):
        if suite and p.debut > max(s.fin or fin for s in suite):
            yield _une(suite)
            suite = []
        suite.append(p)
    if suite:
        yield _une(suite)


def _une(suite: Sequence[PeriodeDessinee]) -> PeriodeDessinee:
    textes = list(dict.fromkeys(p.texte for p in suite))
    texte = f"{textes[0]} et {pluriel(len(textes) - 1, 'autre')}" if textes[1:] else textes[0]
    ouverte = any(p.fin is None for p in suite)
    fin = None if ouverte else max(p.fin for p in suite if p.fin)
    return suite[0]._replace(fin=fin, texte=texte)
