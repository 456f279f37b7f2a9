"""Coordinates of Sirene, in metres, and degrees."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, strategies as st

from fce.referentiels.projections import METROPOLE, OUTRE_MER, Lambert93, autour_de, projection_de


@pytest.mark.parametrize(
    ("departement", "latitude", "longitude", "x", "y"),
    [
        ("75", 48.8566, 2.3522, 652_469, 6_862_035),  # Paris, Lambert 93
        ("974", -20.8789, 55.4481, 338_568, 7_690_475),  # Saint-Denis, UTM 40 south
        ("971", 16.2411, -61.5331, 656_771, 1_796_166),  # Pointe-à-Pitre, UTM 20 north
    ],
)
def test_known_places(departement: str, latitude: float, longitude: float, x: float, y: float) -> None:
    projection = projection_de(departement)
    assert projection is not None
    lu = projection.projeter(latitude, longitude)
    assert math.dist(lu, (x, y)) < 1
    assert autour_de(latitude, longitude) is projection or isinstance(projection, Lambert93)


@given(st.floats(41, 51.5), st.floats(-5, 9.5))
def test_lambert_93_there_and_back(latitude: float, longitude: float) -> None:
    assert METROPOLE.situer(*METROPOLE.projeter(latitude, longitude)) == pytest.approx((latitude, longitude), abs=1e-8)


@given(st.floats(-2, 2), st.floats(-1, 1))
def test_utm_there_and_back(nord: float, est: float) -> None:
    for projection, latitude, longitude in ((OUTRE_MER["971"], 16, -61.5), (OUTRE_MER["974"], -21, 55.5)):
        lieu = (latitude + nord, longitude + est)
        assert projection.situer(*projection.projeter(*lieu)) == pytest.approx(lieu, abs=1e-7)


def test_nowhere_has_no_projection() -> None:
    assert autour_de(0, 0) is None
    assert projection_de("987") is None
    assert projection_de(None) is None
