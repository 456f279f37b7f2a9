"""A map adds up, each square has its own name, and a square has one place in its frame."""

from __future__ import annotations

from hypothesis import given, strategies as st

from fce.referentiels import carreaux, carte
from fce.referentiels.carte import CADRES_DE_CARTE, CarreauDeCarte, PointDeCarte

POINTS = st.tuples(st.floats(100_000, 1_200_000), st.floats(250_000, 8_600_000))


@given(POINTS, st.sampled_from([0, 1, 2]))
def test_the_number_of_a_square_is_among_those_of_the_one_that_holds_it(ou: tuple[float, float], rang: int) -> None:
    ici = (rang, *(int(v // carreaux.TAILLES[rang]) for v in ou))
    petit = carreaux.numero((0, *(int(v // carreaux.TAILLES[0]) for v in ou)))
    premier, dernier = carreaux.bornes(ici)
    assert premier <= petit <= dernier
    assert carreaux.du_numero(rang, petit // carreaux.ENFANTS**rang) == ici
    assert carte.decoder(carte.coder(ici)) == ici


def test_no_two_squares_have_the_same_name() -> None:
    grands = [f"2-{c}-{li}" for c in range(3, 39) for li in range(188, 223)]
    petits = [f"1-{c}-{li}" for c in range(160, 184) for li in range(1750, 1774)]
    for codes in (grands, petits):
        assert len({carte.nommer(code) for code in codes}) == len(codes)
    assert carte.nommer("2-22-220") == "Lille"


@given(st.lists(POINTS, min_size=1, max_size=30), st.integers(0, 5))
def test_frames_elsewhere_and_without_coordinates_make_the_total(points: list[tuple[float, float]], sans: int) -> None:
    situes = [PointDeCarte(ou, f"lieu {n}", f"#{n}") for n, ou in enumerate(points)]
    dessinee = carte.carte_des_points(situes, len(situes) + sans)
    assert dessinee.cadre.nombre + dessinee.ailleurs + dessinee.hors_cadre + dessinee.sans == dessinee.total
    assert dessinee.sans == sans
    for dessin in (dessinee.cadre, *dessinee.outre_mer):
        assert all(0 <= c.x <= dessin.largeur - 10 and 0 <= c.y <= dessin.hauteur - 10 for c in dessin.carreaux)


def test_an_alarm_and_the_territory_of_the_reader_are_read_aloud() -> None:
    dit = CarreauDeCarte("2-22-220", "Lille", 3, "#", alarme=True, ici=True).dit
    assert dit == "Lille : 3, chez vous, alarme"


def test_a_map_of_close_places_leaves_the_rest_of_the_country_out() -> None:
    autour = [PointDeCarte((704_000 + n * 5_000, 7_060_000), f"{n}", "#", ordre=n) for n in range(1, 7)]
    dessinee = carte.carte_des_points(autour, 6)
    assert (dessinee.taille, [*dessinee.outre_mer]) == ("4 km", [])
    assert sorted(c.marque for c in dessinee.carreaux) == ["1", "2", "3", "4", "5", "6"]
    loin = carte.carte_des_points([*autour, PointDeCarte((842_700, 6_519_200), "Lyon", "#")], 7)
    assert (loin.taille, len(loin.outre_mer)) == ("32 km", len(CADRES_DE_CARTE) - 1)


@given(st.lists(POINTS, min_size=1, max_size=30))
def test_outlines_keep_their_place_and_the_width_of_their_lines_at_every_scale(
    points: list[tuple[float, float]],
) -> None:
    dessin = carte.carte_des_points([PointDeCarte(ou, "lieu", "#") for ou in points], len(points)).cadre
    if dessin.fond:
        echelle, *place = dessin.fond_a_l_echelle
        assert abs(echelle - dessin.largeur / carte.LARGEUR_VUE) < 0.001
        assert all(abs(v * echelle - voulue) < 1 for v, voulue in zip(place, dessin.fond, strict=True))
