"""Projections of the coordinates that Sirene gives in metres: Lambert 93, or UTM in an overseas département.

Formulas and constants of the IGN (notes NT/G 71 and NT/G 76), on the ellipsoid GRS 80, good to a centimetre.
"""

import math
from typing import Any, Final, Protocol

_E: Final = 0.0818191910428158
"""First eccentricity of GRS 80."""
_DEMI_GRAND_AXE: Final = 6_378_137.0
_TOURS: Final = 12
"""Iterations of the inverse isometric latitude; six are enough."""


class ProjectionCartographique(Protocol):
    """Between degrees (latitude, longitude) and metres (x, y)."""

    def projeter(self, latitude: float, longitude: float) -> tuple[float, float]: ...

    def situer(self, x: float, y: float) -> tuple[float, float]: ...


def _isometrique(phi: float) -> float:
    return math.atanh(math.sin(phi)) - _E * math.atanh(_E * math.sin(phi))


def _latitude(isometrique: float) -> float:
    phi = math.asin(math.tanh(isometrique))
    for _ in range(_TOURS):
        phi = math.asin(math.tanh(isometrique + _E * math.atanh(_E * math.sin(phi))))
    return phi


class Lambert93:
    """Metropolitan France."""

    _N, _C = 0.7256077650532670, 11_754_255.426096
    _X0, _Y0 = 700_000.0, 12_655_612.049876

    def projeter(self, latitude: float, longitude: float) -> tuple[float, float]:
        rayon = self._C * math.exp(-self._N * _isometrique(math.radians(latitude)))
        gamma = self._N * math.radians(longitude - 3)
        return self._X0 + rayon * math.sin(gamma), self._Y0 - rayon * math.cos(gamma)

    def situer(self, x: float, y: float) -> tuple[float, float]:
        rayon = math.hypot(x - self._X0, y - self._Y0)
        gamma = math.atan2(x - self._X0, self._Y0 - y)
        latitude = _latitude(-math.log(rayon / self._C) / self._N)
        return math.degrees(latitude), 3 + math.degrees(gamma / self._N)


class Utm:
    """Transverse Mercator of a zone (Krüger's series); ``sud``: southern hemisphere."""

    _K0, _X0 = 0.9996, 500_000.0
    _F = 1 / 298.257222101

    def __init__(self, zone: int, *, sud: bool = False) -> None:
        self._meridien, self._y0 = 6 * zone - 183, 10_000_000.0 if sud else 0.0
        n = self._F / (2 - self._F)
        self._rayon = self._K0 * _DEMI_GRAND_AXE / (1 + n) * (1 + n**2 / 4 + n**4 / 64)
        self._aller = (n / 2 - 2 * n**2 / 3 + 5 * n**3 / 16, 13 * n**2 / 48 - 3 * n**3 / 5, 61 * n**3 / 240)
        self._retour = (n / 2 - 2 * n**2 / 3 + 37 * n**3 / 96, n**2 / 48 + n**3 / 15, 17 * n**3 / 480)

    def projeter(self, latitude: float, longitude: float) -> tuple[float, float]:
        isometrique = _isometrique(math.radians(latitude))
        ecart = math.radians(longitude - self._meridien)
        xi = math.atan2(math.sinh(isometrique), math.cos(ecart))
        eta = math.asinh(math.sin(ecart) / math.hypot(math.sinh(isometrique), math.cos(ecart)))
        termes = [*enumerate(self._aller, 1)]
        x = eta + sum(a * math.cos(2 * j * xi) * math.sinh(2 * j * eta) for j, a in termes)
        y = xi + sum(a * math.sin(2 * j * xi) * math.cosh(2 * j * eta) for j, a in termes)
        return self._X0 + self._rayon * x, self._y0 + self._rayon * y

    def situer(self, x: float, y: float) -> tuple[float, float]:
        xi, eta = (y - self._y0) / self._rayon, (x - self._X0) / self._rayon
        termes = [*enumerate(self._retour, 1)]
        xi_ = xi - sum(b * math.sin(2 * j * xi) * math.cosh(2 * j * eta) for j, b in termes)
        eta_ = eta - sum(b * math.cos(2 * j * xi) * math.sinh(2 * j * eta) for j, b in termes)
        isometrique = math.asinh(math.sin(xi_) / math.hypot(math.sinh(eta_), math.cos(xi_)))
        ecart = math.atan2(math.sinh(eta_), math.cos(xi_))
        return math.degrees(_latitude(isometrique)), self._meridien + math.degrees(ecart)


METROPOLE: Final = Lambert93()
OUTRE_MER: Final[dict[str, ProjectionCartographique]] = {
    "971": Utm(20), "972": Utm(20), "973": Utm(22), "974": Utm(40, sud=True), "975": Utm(21),
    "976": Utm(38, sud=True), "977": Utm(20), "978": Utm(20),
}  # fmt: skip


def projection_de(departement: str | None) -> ProjectionCartographique | None:
    """Projection of a département or collectivité; None where Sirene gives no coordinates."""
    if not departement:
        return None
    return OUTRE_MER.get(departement) if len(departement) > 2 else METROPOLE


def situer(departement: str | None, x: Any, y: Any) -> tuple[float, float] | None:
    """Latitude and longitude of coordinates of Sirene; None without coordinates, or where it gives none."""
    projection = projection_de(departement)
    return projection.situer(float(x), float(y)) if projection and x is not None and y is not None else None


_ETENDUES: Final = (
    ("metropole", 41.0, 51.6, -5.6, 10.0),
    ("971", 14.2, 18.3, -63.3, -60.6),
    ("973", 2.0, 6.1, -54.8, -51.4),
    ("974", -21.6, -20.7, 55.0, 56.0),
    ("975", 46.6, 47.3, -56.6, -55.9),
    ("976", -13.2, -12.4, 44.8, 45.5),
)
"""Rectangles (latitudes, then longitudes) where Sirene uses a projection."""


def autour_de(latitude: float, longitude: float) -> ProjectionCartographique | None:
    """Projection of the territory around a point; None elsewhere. A point within 50 km of its coast counts."""
    marge = 0.5
    for nom, sud, nord, ouest, est in _ETENDUES:
        if sud - marge <= latitude <= nord + marge and ouest - marge <= longitude <= est + marge:
            return OUTRE_MER.get(nom, METROPOLE)
    return None
