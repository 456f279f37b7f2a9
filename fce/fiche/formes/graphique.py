"""Charts as numbers: bars over time, laid out on the server, drawn by a template as plain SVG.

A chart shows either a total or the shares of its parts, to be read at a glance, even on a phone. No script nor inline
style (strict CSP): coordinates are SVG attributes, colours are classes. Each series has its own edge pattern, so that
nothing depends on colour alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from fce.socle.texte.formats import ESPACE_FINE, nombre

LARGEUR: Final = 480
HAUTEUR: Final = 220
GAUCHE: Final = 78
DROITE: Final = 8
HAUT: Final = 18
BAS: Final = 36
GRADUATIONS: Final = 4
ETIQUETTES: Final = 6
MARGE: Final = 30
"""Half the width of the label of a bar."""
ABREGES: Final = {
    "janvier": "janv.", "février": "févr.", "avril": "avr.", "juillet": "juil.", "septembre": "sept.",
    "octobre": "oct.", "novembre": "nov.", "décembre": "déc.",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Barres:
    """The rectangles of one series as one SVG path, so that a chart of 60 months stays light."""

    rang: int
    libelle: str
    chemin: str


@dataclass(frozen=True, slots=True)
class Repere:
    """A tick of an axis: position and label; ``rare``: hidden on a narrow screen."""

    position: str
    texte: str
    rare: bool = False


@dataclass(frozen=True, slots=True)
class ValeurEcrite:
    """The value of a bar, written above it."""

    x: str
    y: str
    texte: str
    ancre: str


@dataclass(frozen=True, slots=True)
class Graphique:
    """Everything that the template needs. ``titre``: what the chart shows; ``description``: the same in a sentence, for
    screen readers."""

    titre: str
    description: str
    barres: tuple[Barres, ...]
    ordonnees: tuple[Repere, ...]
    abscisses: tuple[Repere, ...]
    largeur: int = LARGEUR
    hauteur: int = HAUTEUR
    gauche: int = GAUCHE
    droite: int = LARGEUR - DROITE
    bas: int = HAUTEUR - BAS
    zero: str = ""
    extremes: tuple[ValeurEcrite, ...] = ()


def total(
    lignes: Sequence[Mapping[str, Any]],
    dates: Sequence[date],
    attribut: str,
    libelle: str,
    libelle_date: Any,
) -> Graphique | None:
    """A figure as bars from 0 (``lignes``: oldest first, one per date), its least and greatest values labelled.

    None without a figure, or with a single date: a table says it better.
    """
    valeurs = [_reel(ligne.get(attribut)) for ligne in lignes]
    decrite = _description(lignes, dates, {attribut: libelle}, libelle_date)
    connues = [(v, n) for n, v in enumerate(valeurs) if v is not None]
    # The latest of equal values; a figure that never changes has none.
    extremes = {min(connues, key=lambda x: (x[0], -x[1]))[1], max(connues)[1]} if connues else set()
    return _dessiner(
        {attribut: valeurs}, {attribut: libelle}, dates, libelle_date, libelle, decrite,
        extremes=sorted(extremes) if len(extremes) > 1 else (),
    )  # fmt: skip


def parts(
    lignes: Sequence[Mapping[str, Any]],
    dates: Sequence[date],
    series: Mapping[str, str],
    libelle_date: Any,
) -> Graphique | None:
    """The shares of several figures in their sum, date by date, in per cent."""
    connues = [{a: max(_reel(ligne.get(a)) or 0.0, 0.0) for a in series} for ligne in lignes]
    sommes = [sum(valeurs.values()) for valeurs in connues]
    piles: dict[str, list[float | None]] = {
        a: [100 * valeurs[a] / s if s else None for valeurs, s in zip(connues, sommes, strict=True)] for a in series
    }
    pleines = [n for n, s in enumerate(sommes) if s]
    if not pleines:
        return None
    dernier = pleines[-1]
    decrite = " ; ".join(f"{libelle} : {nombre(piles[a][dernier] or 0.0, 1)} %" for a, libelle in series.items())
    decrite += f" ({libelle_date(dates[dernier])}). Le tableau qui suit donne chaque valeur."
    return _dessiner(piles, series, dates, libelle_date, "Répartition, en %", decrite, echelle=(0.0, 100.0, 25.0))


def _dessiner(
    piles: Mapping[str, Sequence[float | None]],
    noms: Mapping[str, str],
    dates: Sequence[date],
    libelle_date: Any,
    titre: str,
    description: str,
    echelle: tuple[float, float, float] | None = None,
    extremes: Sequence[int] = (),
) -> Graphique | None:
    hautes = [sum(max(v, 0.0) for serie in piles.values() if (v := serie[n]) is not None) for n in range(len(dates))]
    basses = [sum(min(v, 0.0) for serie in piles.values() if (v := serie[n]) is not None) for n in range(len(dates))]
    if len(dates) < 2 or not (any(hautes) or any(basses)):
        return None
    bas, haut, pas = echelle or _echelle(min(0.0, *basses), max(0.0, *hautes))
    largeur_utile, hauteur_utile = LARGEUR - GAUCHE - DROITE, HAUTEUR - HAUT - BAS
    debut, duree = dates[0].toordinal(), max(1, dates[-1].toordinal() - dates[0].toordinal())
    # Bars need room on both sides: dates run from the middle of the first to the middle of the last.
    case = largeur_utile / len(dates)
    x = [GAUCHE + case / 2 + (d.toordinal() - debut) / duree * (largeur_utile - case) for d in dates]

    def y(valeur: float) -> float:
        return HAUT + (haut - valeur) / (haut - bas) * hauteur_utile

    chemins = _chemins(piles, x, y, min(case * 0.7, 40.0))
    graduations = [bas + pas * n for n in range(round((haut - bas) / pas) + 1)]
    saut = max(1, math.ceil(len(dates) / ETIQUETTES))
    return Graphique(
        titre=titre,
        description=description,
        barres=tuple(Barres(rang, noms[attribut], chemins[attribut]) for rang, attribut in enumerate(piles, start=1)),
        ordonnees=tuple(Repere(_n(y(g)), _court(g)) for g in graduations),
        abscisses=tuple(
            Repere(_n(x[i]), _abrege(libelle_date(dates[i])), rare=n % 2 == 1)
            for n, i in enumerate(range(0, len(dates), saut))
        ),
        zero=_n(y(0.0)),
        extremes=tuple(
            ValeurEcrite(_n(x[n]), _n(y(hautes[n]) - 3), _exact(round(hautes[n] or basses[n], 1)), _ancre(x[n]))
            for n in extremes
        ),
    )


def _chemins(
    piles: Mapping[str, Sequence[float | None]], x: Sequence[float], y: Callable[[float], float], large: float
) -> dict[str, str]:
    """{series: SVG path of its bars}, stacked as ``piles`` are; ``x``: middles, ``large``: width, in pixels."""
    chemins: dict[str, list[str]] = {attribut: [] for attribut in piles}
    for n, milieu in enumerate(x):
        pieds = {True: 0.0, False: 0.0}  # tops of the bars above the axis, and below
        for attribut, serie in piles.items():
            valeur = serie[n]
            if not valeur:
                continue
            pied = pieds[valeur > 0]
            haute = _n(y(pied + valeur) - y(pied))
            retour = haute.removeprefix("-") if haute.startswith("-") else f"-{haute}"
            chemins[attribut].append(f"M{_n(milieu - large / 2)} {_n(y(pied))}v{haute}h{_n(large)}v{retour}z")
            pieds[valeur > 0] = pied + valeur
    return {attribut: "".join(tracees) for attribut, tracees in chemins.items()}


def _ancre(x: float) -> str:
    """Anchor of a label at ``x``, so that it stays in the drawing."""
    return "start" if x < GAUCHE + MARGE else "end" if x > LARGEUR - DROITE - MARGE else "middle"


def _echelle(mini: float, maxi: float) -> tuple[float, float, float]:
    """Bounds and step of the axis: round numbers (1, 2 or 5 times a power of ten)."""
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
    return nombre(int(valeur) if valeur == int(valeur) else valeur)


def _court(valeur: float) -> str:
    """``1,2 M``: short enough for an axis."""
    for seuil, suffixe in ((1e9, "Md"), (1e6, "M"), (1e4, "k")):
        if abs(valeur) >= seuil:
            quotient = valeur / (1e3 if suffixe == "k" else seuil)
            return f"{quotient:.2f}".rstrip("0").rstrip(".").replace(".", ",") + f"{ESPACE_FINE}{suffixe}"
    return nombre(round(valeur, 2) if valeur % 1 else int(valeur))


def _abrege(texte: str) -> str:
    """``nov. 2024``: a short month."""
    mois, _, annee = texte.partition(" ")
    return f"{ABREGES.get(mois, mois)} {annee}".strip()


def _reel(valeur: Any) -> float | None:
    return None if valeur is None or isinstance(valeur, bool | str) else float(valeur)


def _n(valeur: float) -> str:
    """A coordinate, with a decimal point in any language."""
    return f"{valeur:.1f}".removesuffix(".0")
