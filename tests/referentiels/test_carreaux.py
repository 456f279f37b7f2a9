"""The squares that cover a circle hold all of it, and are few."""

from __future__ import annotations

import math

from hypothesis import given, strategies as st

from fce.referentiels.carreaux import codes, couvrir

ABSCISSES, ORDONNEES = st.floats(100_000, 1_200_000), st.floats(1_500_000, 8_600_000)


@given(ABSCISSES, ORDONNEES, st.floats(1, 50_000), st.floats(0, 1), st.floats(0, 2 * math.pi))
def test_a_point_of_the_circle_is_in_a_square(x: float, y: float, rayon: float, part: float, angle: float) -> None:
    dedans, au_bord = couvrir(x, y, rayon)
    point = (x + part * rayon * math.cos(angle), y + part * rayon * math.sin(angle))
    assert not {*dedans, *au_bord}.isdisjoint(codes(*point))


@given(ABSCISSES, ORDONNEES, st.floats(1, 50_000), ABSCISSES, ORDONNEES)
def test_a_square_inside_holds_no_point_beyond(
    x: float, y: float, rayon: float, autre_x: float, autre_y: float
) -> None:
    dedans, _ = couvrir(x, y, rayon)
    if math.hypot(autre_x - x, autre_y - y) > rayon:
        assert {*dedans}.isdisjoint(codes(autre_x, autre_y))


@given(ABSCISSES, ORDONNEES, st.sampled_from([10, 500, 1_000, 5_000, 10_000, 20_000, 50_000]))
def test_any_circle_takes_a_few_hundred_squares(x: float, y: float, rayon: float) -> None:
    assert sum(map(len, couvrir(x, y, rayon))) < 700
