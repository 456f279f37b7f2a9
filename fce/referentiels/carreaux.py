"""Squares of a grid, as codes of documents: « k1:163_1764 » is the square of 4 km whose corner is (652 km, 7 056 km).

Coordinates are those of Sirene, in metres: Lambert 93, or UTM overseas. Their northings do not overlap, so that one
grid serves all. A document has the square of each size that holds it; a circle is covered by a few large squares inside
and small ones along its edge.

A document also has the number of its smallest square, by which maps count: squares of a larger square have consecutive
numbers, so that dividing by ``ENFANTS`` gives the number of the square of the next size.
"""

import math
from collections.abc import Iterator
from typing import Final

TAILLES: Final = (500, 4_000, 32_000)
"""Sides of the squares, in metres; each divides the next."""
FINESSE: Final = 2
"""A square that crosses the circle is divided while it is larger than this fraction of the radius."""
GRILLE: Final = f"carreaux {','.join(map(str, TAILLES))}, numérotés"
"""Signature of the grid. An index without it holds no number of squares, by which maps count."""
Carreau = tuple[int, int, int]
"""Rank of the size, then column and row."""
COTE_FOIS: Final = 8
"""Squares of a size along the side of one of the next size."""
ENFANTS: Final = COTE_FOIS**2
SANS_LIEU: Final = 0
"""Number of what has no coordinates: no place of France is in the square at the origin of the grid."""
LARGEUR_DE_GRILLE: Final = 64
"""Squares of 32 km in a row of the grid, wider than any projection."""


def code(carreau: Carreau) -> str:
    rang, colonne, ligne = carreau
    return f"k{rang}:{colonne}_{ligne}"


def codes(x: float, y: float) -> tuple[str, ...]:
    """Codes of the squares that hold a point."""
    return tuple(code((n, int(x // taille), int(y // taille))) for n, taille in enumerate(TAILLES))


def numero(carreau: Carreau) -> int:
    """Number of a square among those of its size."""
    rang, colonne, ligne = carreau
    if rang == len(TAILLES) - 1:
        return ligne * LARGEUR_DE_GRILLE + colonne
    contenant = numero((rang + 1, colonne // COTE_FOIS, ligne // COTE_FOIS))
    return contenant * ENFANTS + ligne % COTE_FOIS * COTE_FOIS + colonne % COTE_FOIS


def du_numero(rang: int, valeur: int) -> Carreau:
    """Inverse of ``numero``."""
    if rang == len(TAILLES) - 1:
        return rang, valeur % LARGEUR_DE_GRILLE, valeur // LARGEUR_DE_GRILLE
    contenant, reste = divmod(valeur, ENFANTS)
    _, colonne, ligne = du_numero(rang + 1, contenant)
    return rang, colonne * COTE_FOIS + reste % COTE_FOIS, ligne * COTE_FOIS + reste // COTE_FOIS


def bornes(carreau: Carreau) -> tuple[int, int]:
    """First and last number of the smallest squares of a square."""
    fois = ENFANTS ** carreau[0]
    premier = numero(carreau) * fois
    return premier, premier + fois - 1


def couvrir(x: float, y: float, rayon: float) -> tuple[list[str], list[str]]:
    """Codes of the squares wholly inside a circle, and of those that cross it. Together they hold the whole circle."""
    dedans: list[str] = []
    au_bord: list[str] = []
    dernier = len(TAILLES) - 1
    cote = TAILLES[dernier]
    pile = [
        (dernier, colonne, ligne)
        for colonne in range(math.floor((x - rayon) / cote), math.floor((x + rayon) / cote) + 1)
        for ligne in range(math.floor((y - rayon) / cote), math.floor((y + rayon) / cote) + 1)
    ]
    while pile:
        carreau = pile.pop()
        proche, loin = _distances(carreau, x, y)
        if proche > rayon:
            continue
        if loin <= rayon:
            dedans.append(code(carreau))
        elif carreau[0] and TAILLES[carreau[0]] * FINESSE > rayon:
            pile += _divises(carreau)
        else:
            au_bord.append(code(carreau))
    return dedans, au_bord


def _divises(carreau: Carreau) -> Iterator[Carreau]:
    rang, colonne, ligne = carreau
    fois = TAILLES[rang] // TAILLES[rang - 1]
    for i in range(fois):
        for j in range(fois):
            yield rang - 1, colonne * fois + i, ligne * fois + j


def _distances(carreau: Carreau, x: float, y: float) -> tuple[float, float]:
    """Smallest and largest distance from a point to a square."""
    rang, colonne, ligne = carreau
    cote = TAILLES[rang]
    pres, loin = [], []
    for valeur, debut in ((x, colonne * cote), (y, ligne * cote)):
        pres.append(max(debut - valeur, 0.0, valeur - debut - cote))
        loin.append(max(abs(valeur - debut), abs(valeur - debut - cote)))
    return math.hypot(*pres), math.hypot(*loin)
