"""Maps drawn by the server: counts by square of the grid, in frames of France (``referentiels/_carte.html``).

Pure functions. A frame is in kilometres of its own projection, and drawn in units of a tenth of a square, so that every
square is written alike. What has no coordinates is counted, never drawn.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from fce.referentiels.carreaux import SANS_LIEU, TAILLES, Carreau, bornes
from fce.referentiels.projections import METROPOLE, OUTRE_MER
from fce.referentiels.tables import lignes_de
from fce.socle.texte.formats import nombre, pluriel

SANS: Final = "sans"
"""Code of the units without coordinates, in place of a square."""
GRAND: Final = len(TAILLES) - 1
UNITE: Final = 10
"""Units of drawing along the side of a square."""
COTE_MIN: Final = 8
"""Squares along the side of the smallest frame."""
ETENDUE_MAX: Final = 192
"""Kilometres above which a map is of the whole country, by squares of 32 km."""
LARGEUR_VUE: Final = 600
"""Pixels of a map on a screen."""
PEU: Final = 5
"""Units under which a list says more than a map; a square of fewer shows no number."""
SEUILS: Final = (1, 2, 5, 10, 25)
"""First number of each class of colour, fixed so that two maps compare."""
CLASSES: Final = ("1", "2 à 4", "5 à 9", "10 à 24", "25 et plus")


class CadreDeCarte(NamedTuple):
    """A part of France on its own map, in kilometres."""

    titre: str
    ouest: int
    sud: int
    est: int
    nord: int

    def contient(self, x: float, y: float) -> bool:
        return self.ouest <= x < self.est and self.sud <= y < self.nord


CADRES_DE_CARTE: Final = {
    "metropole": CadreDeCarte("Métropole", 96, 6016, 1248, 7136),
    "971": CadreDeCarte("Guadeloupe", 608, 1728, 736, 1856),
    "972": CadreDeCarte("Martinique", 672, 1568, 768, 1664),
    "973": CadreDeCarte("Guyane", 96, 224, 448, 672),
    "974": CadreDeCarte("La Réunion", 288, 7616, 416, 7712),
    "976": CadreDeCarte("Mayotte", 480, 8544, 576, 8640),
}


class PointDeCarte(NamedTuple):
    """A place to draw, in metres. ``lien``: its page or its row; ``alarme``: of that very place; ``ici``: in the
    reader's territory; ``ordre``: number shown, 0 for none."""

    ou: tuple[float, float]
    nom: str
    lien: str
    alarme: bool = False
    ici: bool = False
    ordre: int = 0


class CarreauDeCarte(NamedTuple):
    """A square, its count and its corner in its drawing. ``classe``: rank of its colour; ``marque``: number shown."""

    code: str
    nom: str
    nombre: int
    lien: str
    alarme: bool = False
    ici: bool = False
    ordre: str = ""
    x: int = 0
    y: int = 0

    @property
    def classe(self) -> int:
        return sum(seuil <= self.nombre for seuil in SEUILS)

    @property
    def marque(self) -> str:
        if self.ordre or self.nombre < PEU:
            return self.ordre
        return f"{self.nombre / 1000:.1f} k".replace(".", ",") if self.nombre > 999 else str(self.nombre)

    @property
    def dit(self) -> str:
        """What is read aloud: place, count, and what colours say."""
        suite = (", chez vous" if self.ici else "") + (", alarme" if self.alarme else "")
        return f"{self.nom} : {nombre(self.nombre)}{suite}"


class Dessin(NamedTuple):
    """One frame drawn: its size, its squares, the outlines behind (x, y, width, height), or the land (a path)."""

    titre: str
    nombre: int
    largeur: int
    hauteur: int
    carreaux: Sequence[CarreauDeCarte]
    fond: tuple[int, int, int, int] | None
    terre: str

    @property
    def fond_a_l_echelle(self) -> tuple[float, ...]:
        """Scale of the outlines, then their x, y, width and height at that scale: browsers draw the lines of an image
        in its own pixels, hence as wide as the squares are magnified."""
        echelle = round(self.largeur / LARGEUR_VUE, 3)
        return echelle, *(round(valeur / echelle) for valeur in self.fond or ())


class CarteDessinee(NamedTuple):
    """``outre_mer``: small frames; ``hors_cadre``: located elsewhere; ``sans``: without coordinates. All of them make
    ``total``."""

    rang: int
    cadre: Dessin
    outre_mer: Sequence[Dessin]
    hors_cadre: int
    sans: int
    total: int

    @property
    def carreaux(self) -> list[CarreauDeCarte]:
        """Every square drawn, most numerous first."""
        tous = [c for dessin in (self.cadre, *self.outre_mer) for c in dessin.carreaux]
        return sorted(tous, key=lambda c: (-c.ici, -c.nombre, c.nom))

    @property
    def taille(self) -> str:
        metres = TAILLES[self.rang]
        return f"{metres // 1000} km" if metres >= 1000 else f"{metres} m"

    @property
    def ailleurs(self) -> int:
        return sum(dessin.nombre for dessin in self.outre_mer)

    @property
    def legende(self) -> list[tuple[int, str, int]]:
        """(class, numbers in it, squares), when there are several classes."""
        classes = [c.classe for c in self.carreaux]
        dites = [(n, dit, classes.count(n)) for n, dit in enumerate(CLASSES, 1) if n in classes]
        return dites if len(dites) > 1 else []


def coder(carreau: Carreau) -> str:
    return "-".join(map(str, carreau))


def decoder(code: str) -> Carreau:
    rang, colonne, ligne = map(int, code.split("-"))
    return rang, colonne, ligne


def bornes_de(code: str) -> tuple[int, int]:
    """First and last number of the smallest squares that a code holds."""
    return (SANS_LIEU, SANS_LIEU) if code == SANS else bornes(decoder(code))


def nommer(code: str) -> str:
    """A square by its place from the nearest main town: « Lille, 12 km est, 28 km nord »."""
    if code.count("-") != 2:
        return "sans coordonnées" if code == SANS else code
    x, y = _centre(decoder(code))
    proches = _villes().get(_cadre_de(x, y), ())
    if not proches:
        return f"hors des cartes ({code})"
    nom, vx, vy = min(proches, key=lambda ville: math.hypot(ville[1] - x, ville[2] - y))
    ecarts = ((x - vx, "est", "ouest"), (y - vy, "nord", "sud"))
    cote = TAILLES[decoder(code)[0]] / 1000
    if all(abs(ecart) <= cote / 2 for ecart, _, _ in ecarts):
        return nom
    precis = 0 if cote >= 1 else 1
    dits = [(f"{abs(ecart):.{precis}f}", plus if ecart > 0 else moins) for ecart, plus, moins in ecarts]
    return ", ".join([nom, *(f"{loin} km {ou}".replace(".", ",") for loin, ou in dits if float(loin))])


@lru_cache(maxsize=1)
def _villes() -> dict[str, list[tuple[str, float, float]]]:
    villes: dict[str, list[tuple[str, float, float]]] = {}
    for nom, departement, longitude, latitude in lignes_de("villes.csv"):
        x, y = OUTRE_MER.get(departement, METROPOLE).projeter(float(latitude), float(longitude))
        villes.setdefault(_cadre_de(x / 1000, y / 1000), []).append((nom, x / 1000, y / 1000))
    return villes


def _centre(carreau: Carreau) -> tuple[float, float]:
    rang, colonne, ligne = carreau
    cote = TAILLES[rang] / 1000
    return (colonne + 0.5) * cote, (ligne + 0.5) * cote


def _cadre_de(x: float, y: float) -> str:
    return next((nom for nom, cadre in CADRES_DE_CARTE.items() if cadre.contient(x, y)), "")


def dans_le_cadre(nom: str, carreau: Carreau) -> bool:
    return _cadre_de(*_centre(carreau)) == nom


def carte_des_points(points: Sequence[PointDeCarte], total: int) -> CarteDessinee:
    """Draw points by squares of 4 km, or of 32 km when they are far apart. The square of one point leads to it; of
    several, to the first."""
    groupes: dict[Carreau, list[PointDeCarte]] = {}
    for rang in (GRAND - 1, GRAND):
        groupes = {}
        for point in points:
            colonne, ligne = (int(v // TAILLES[rang]) for v in point.ou)
            groupes.setdefault((rang, colonne, ligne), []).append(point)
        if serres(groupes):
            break

    def dessine(carreau: Carreau) -> CarreauDeCarte:
        siens = groupes[carreau]
        noms = ", ".join(p.nom for p in siens[:3]) + (f" et {pluriel(len(siens) - 3, 'autre')}" if siens[3:] else "")
        alarme, ici = any(p.alarme for p in siens), any(p.ici for p in siens)
        ordre = ",".join(str(p.ordre) for p in siens if p.ordre)
        return CarreauDeCarte(coder(carreau), noms, len(siens), siens[0].lien, alarme, ici, ordre)

    return carte({c: len(p) for c, p in groupes.items()}, total, dessine)


def serres(carreaux: Iterable[Carreau]) -> bool:
    """Whether all these squares are in one part of France, within ``ETENDUE_MAX``."""
    centres = [_centre(c) for c in carreaux]
    cadres = {_cadre_de(*centre) for centre in centres}
    if len(cadres) != 1 or "" in cadres:
        return False
    return all(max(valeurs) - min(valeurs) < ETENDUE_MAX for valeurs in zip(*centres, strict=True))


def carte(
    comptes: Mapping[Carreau, int],
    total: int,
    dessine: Callable[[Carreau], CarreauDeCarte],
    dans: Carreau | None = None,
    terres: Mapping[str, Iterable[Carreau]] | None = None,
) -> CarteDessinee:
    """Draw squares of one size: the one ``dans`` that holds them, else their part of France when they are close, else
    the country. ``total``: with what has no coordinates. ``terres``: {overseas frame: squares that draw its land}."""
    rang = dans[0] - 1 if dans else next(iter(comptes), (GRAND,))[0]
    par_cadre: dict[str, list[Carreau]] = {}
    for carreau in comptes:
        par_cadre.setdefault(_cadre_de(*_centre(carreau)), []).append(carreau)
    dessiner = _Dessinateur(rang, dessine, terres or {})
    if dans or rang < GRAND:
        nom = (_cadre_de(*_centre(dans)) if dans else next(iter(par_cadre))) or "metropole"
        titre = CADRES_DE_CARTE[nom].titre
        cadre = _interieur(dans, titre) if dans else _autour(par_cadre[nom], titre)
        principal, petits = dessiner(nom, cadre, par_cadre.get(nom, ())), []
    else:
        principal = dessiner("metropole", CADRES_DE_CARTE["metropole"], par_cadre.get("metropole", ()))
        petits = [dessiner(nom, c, par_cadre.get(nom, ())) for nom, c in CADRES_DE_CARTE.items() if nom != "metropole"]
    situes = sum(comptes.values())
    montres = principal.nombre + sum(petit.nombre for petit in petits)
    return CarteDessinee(rang, principal, petits, situes - montres, total - situes, total)


def _interieur(carreau: Carreau, titre: str) -> CadreDeCarte:
    rang, colonne, ligne = carreau
    cote = TAILLES[rang] // 1000
    return CadreDeCarte(titre, colonne * cote, ligne * cote, (colonne + 1) * cote, (ligne + 1) * cote)


def _autour(carreaux: Sequence[Carreau], titre: str) -> CadreDeCarte:
    """The smallest frame that holds these squares, with a margin, at least ``COTE_MIN`` squares wide."""
    cote, bords = TAILLES[carreaux[0][0]] // 1000, []
    for rang in (1, 2):
        de, a = min(c[rang] for c in carreaux) - 1, max(c[rang] for c in carreaux) + 2
        marge = max(0, COTE_MIN - (a - de)) // 2
        bords.append(((de - marge) * cote, max(a + marge, de - marge + COTE_MIN) * cote))
    (ouest, est), (sud, nord) = bords
    return CadreDeCarte(titre, ouest, sud, est, nord)


class _Dessinateur(NamedTuple):
    rang: int
    dessine: Callable[[Carreau], CarreauDeCarte]
    terres: Mapping[str, Iterable[Carreau]]

    def __call__(self, nom: str, cadre: CadreDeCarte, carreaux: Iterable[Carreau]) -> Dessin:
        par_km, entier = UNITE * 1000 / TAILLES[self.rang], CADRES_DE_CARTE[nom]

        def coin(ouest: float, nord: float) -> tuple[int, int]:
            """A point, in kilometres, in units of the drawing."""
            return round((ouest - cadre.ouest) * par_km), round((cadre.nord - nord) * par_km)

        def place(carreau: Carreau) -> tuple[int, int]:
            (x, y), demi = _centre(carreau), TAILLES[carreau[0]] / 2000
            return coin(x - demi, y + demi)

        siens = []
        for carreau in sorted(carreaux, key=lambda c: (-c[2], c[1])):
            x, y = place(carreau)
            siens.append(self.dessine(carreau)._replace(x=x, y=y))
        taille = round((entier.est - entier.ouest) * par_km), round((entier.nord - entier.sud) * par_km)
        fond = (*coin(entier.ouest, entier.nord), *taille) if nom == "metropole" else None
        traces = []
        for carreau in self.terres.get(nom, ()):
            cote = TAILLES[carreau[0]] / 1000 * par_km
            traces.append("M{} {}h{:g}v{:g}h-{:g}z".format(*place(carreau), cote, cote, cote))
        bas = coin(cadre.est, cadre.sud)
        return Dessin(cadre.titre, sum(c.nombre for c in siens), *bas, siens, fond, "".join(traces))
