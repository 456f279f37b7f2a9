"""A chart as numbers: lines over stacked bars, laid out on the server, drawn by a template as plain SVG.

No script and no inline style (strict CSP): coordinates are SVG attributes, colours are classes of the style sheet.
Each curve has its own dash and each bar its own pattern of edge, so that nothing rests on colour alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from fce.socle.formats import ESPACE_FINE, nombre

LARGEUR: Final = 720
HAUTEUR: Final = 260
GAUCHE: Final = 72
DROITE: Final = 12
HAUT: Final = 12
BAS: Final = 36
GRADUATIONS: Final = 5
ETIQUETTES: Final = 8
POINTS: Final = 30
ABREGES: Final = {
    "janvier": "janv.", "février": "févr.", "avril": "avr.", "juillet": "juil.", "septembre": "sept.",
    "octobre": "oct.", "novembre": "nov.", "décembre": "déc.",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Trace:
    """A curve: ``segments`` are lists of points ("x,y x,y"); a missing value cuts the line, it is not a zero."""

    libelle: str
    rang: int
    segments: tuple[str, ...]
    points: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Barres:
    """The rectangles of one series of a stack, as one SVG path: a chart of 60 months stays light."""

    rang: int
    libelle: str
    chemin: str


@dataclass(frozen=True, slots=True)
class Repere:
    """A mark of an axis: where, and what it says; ``rare``: left out on a narrow screen."""

    position: str
    texte: str
    rare: bool = False


@dataclass(frozen=True, slots=True)
class Graphique:
    """Everything the template needs; ``description`` says the chart in one sentence, for who does not see it."""

    description: str
    traces: tuple[Trace, ...]
    barres: tuple[Barres, ...]
    ordonnees: tuple[Repere, ...]
    abscisses: tuple[Repere, ...]
    largeur: int = LARGEUR
    hauteur: int = HAUTEUR
    gauche: int = GAUCHE
    droite: int = LARGEUR - DROITE
    bas: int = HAUTEUR - BAS
    zero: str = ""


def dessiner(
    lignes: Sequence[Mapping[str, Any]],
    dates: Sequence[date],
    courbes: Mapping[str, str],
    barres: Mapping[str, str],
    libelle_date: Any,
) -> Graphique | None:
    """Lay out ``lignes`` (oldest first, one per date). ``courbes``, ``barres``: {attribute: label}.

    None when there is no figure, or a single date: nothing to look at that the table does not say better.
    """
    if len(lignes) < 2:
        return None
    valeurs = {a: [_reel(ligne.get(a)) for ligne in lignes] for a in [*courbes, *barres]}
    piles = [sum(max(v, 0.0) for a in barres if (v := valeurs[a][i]) is not None) for i in range(len(lignes))]
    connues = [v for a in courbes for v in valeurs[a] if v is not None]
    if not connues and not any(piles):
        return None
    bas, haut, pas = _echelle(min([0.0, *connues]), max([*connues, *piles]))
    largeur_utile, hauteur_utile = LARGEUR - GAUCHE - DROITE, HAUTEUR - HAUT - BAS
    debut, duree = dates[0].toordinal(), max(1, dates[-1].toordinal() - dates[0].toordinal())
    # Bars need room on both sides: dates run between the middles of the first and the last one.
    case = largeur_utile / len(lignes)
    x = [GAUCHE + case / 2 + (d.toordinal() - debut) / duree * (largeur_utile - case) for d in dates]

    def y(valeur: float) -> float:
        return HAUT + (haut - valeur) / (haut - bas) * hauteur_utile

    large = min(case * 0.7, 40.0)
    chemins: dict[str, list[str]] = {attribut: [] for attribut in barres}
    for i in range(len(lignes)):
        pied = 0.0
        for attribut in barres:
            valeur = valeurs[attribut][i]
            if valeur is None or valeur <= 0:
                continue
            hauteur = _n(y(pied) - y(pied + valeur))
            chemins[attribut].append(f"M{_n(x[i] - large / 2)} {_n(y(pied))}v-{hauteur}h{_n(large)}v{hauteur}z")
            pied += valeur
    traces = tuple(
        _trace(libelle, rang, x, [None if v is None else y(v) for v in valeurs[attribut]])
        for rang, (attribut, libelle) in enumerate(courbes.items(), start=1)
    )
    graduations = [bas + pas * n for n in range(round((haut - bas) / pas) + 1)]
    saut = max(1, math.ceil(len(dates) / ETIQUETTES))
    return Graphique(
        description=_description(lignes, dates, courbes or barres, libelle_date),
        traces=traces,
        barres=tuple(
            Barres(rang, libelle, "".join(chemins[attribut]))
            for rang, (attribut, libelle) in enumerate(barres.items(), start=1)
        ),
        ordonnees=tuple(Repere(_n(y(g)), _court(g)) for g in graduations),
        abscisses=tuple(
            Repere(_n(x[i]), _abrege(libelle_date(dates[i])), rare=n % 2 == 1)
            for n, i in enumerate(range(0, len(dates), saut))
        ),
        zero=_n(y(0.0)),
    )


def _trace(libelle: str, rang: int, x: Sequence[float], y: Sequence[float | None]) -> Trace:
    segments: list[list[str]] = [[]]
    points = []
    for abscisse, ordonnee in zip(x, y, strict=True):
        if ordonnee is None:
            segments.append([])
        else:
            segments[-1].append(f"{_n(abscisse)},{_n(ordonnee)}")
            points.append((_n(abscisse), _n(ordonnee)))
    isoles = {s[0] for s in segments if len(s) == 1}
    if len(points) > POINTS:
        # Too close to be told apart: only those that no line shows are drawn.
        points = [p for p in points if f"{p[0]},{p[1]}" in isoles]
    return Trace(libelle, rang, tuple(" ".join(s) for s in segments if len(s) > 1), tuple(points))


def _echelle(mini: float, maxi: float) -> tuple[float, float, float]:
    """Bounds and step of the axis, round numbers (1, 2 or 5 times a power of ten)."""
    etendue = (maxi - mini) or 1.0
    brut = etendue / GRADUATIONS
    puissance = 10 ** math.floor(math.log10(brut))
    pas = next(m * puissance for m in (1, 2, 5, 10) if m * puissance >= brut)
    return math.floor(mini / pas) * pas, math.ceil(maxi / pas) * pas or pas, pas


def _description(
    lignes: Sequence[Mapping[str, Any]], dates: Sequence[date], series: Mapping[str, str], libelle_date: Any
) -> str:
    morceaux = []
    for attribut, libelle in series.items():
        connues = [(d, v) for d, ligne in zip(dates, lignes, strict=True) if (v := ligne.get(attribut)) is not None]
        if connues:
            (d1, v1), (d2, v2) = connues[0], connues[-1]
            morceaux.append(f"{libelle} : {_exact(v1)} ({libelle_date(d1)}), {_exact(v2)} ({libelle_date(d2)})")
    return " ; ".join(morceaux) + ". Le tableau qui suit donne chaque valeur."


def _exact(valeur: Any) -> str:
    """A figure without the zeros that follow its decimal mark."""
    return nombre(int(valeur) if valeur == int(valeur) else valeur)


def _court(valeur: float) -> str:
    """``1,2 M``: a figure that fits beside an axis."""
    for seuil, suffixe in ((1e9, "Md"), (1e6, "M"), (1e4, "k")):
        if abs(valeur) >= seuil:
            quotient = valeur / (1e3 if suffixe == "k" else seuil)
            return f"{quotient:.2f}".rstrip("0").rstrip(".").replace(".", ",") + f"{ESPACE_FINE}{suffixe}"
    return nombre(round(valeur, 2) if valeur % 1 else int(valeur))


def _abrege(texte: str) -> str:
    """``nov. 2024``: a month that leaves room for its neighbours."""
    mois, _, annee = texte.partition(" ")
    return f"{ABREGES.get(mois, mois)} {annee}".strip()


def _reel(valeur: Any) -> float | None:
    return None if valeur is None or isinstance(valeur, bool | str) else float(valeur)


def _n(valeur: float) -> str:
    """A coordinate: a point as decimal mark, whatever the language of the page."""
    return f"{valeur:.1f}".removesuffix(".0")
