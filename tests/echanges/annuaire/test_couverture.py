"""Which places a service covers: départements, or communes that take their place; Paris, Corsica, overseas."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from fce.echanges.annuaire.couverture import Echelon, couvre, departements_de, lieu_de, lire_communes, ranger
from fce.referentiels.territoires import decoupage
from fce.socle.erreurs import ParametreInvalide

D, C, F = Echelon.DEPARTEMENT, Echelon.COMMUNE, Echelon.FRANCE


@pytest.mark.parametrize(
    ("commune", "territoire", "communes", "attendu"),
    [
        ("59350", ("59",), (), D),  # Lille
        ("59350", ("62",), (), None),
        ("59350", ("FR",), (), F),
        ("59350", ("59", "FR"), (), D),
        ("75108", ("75",), (), D),  # Paris 8e
        ("75108", (), ("75056",), C),  # Paris, whichever the arrondissement
        ("75108", (), ("75108",), C),
        ("75108", (), ("75107",), None),
        ("69383", (), ("69123",), C),  # Lyon 3e
        ("13201", ("13",), (), D),  # Marseille 1er
        ("2A004", ("2A",), (), D),  # Ajaccio
        ("2B033", ("2A",), (), None),  # Bastia
        ("97411", ("974",), (), D),  # Saint-Denis de La Réunion
        ("97608", ("976",), (), D),  # Mamoudzou
        ("97302", ("972",), (), None),  # Cayenne
        ("59350", ("59",), ("59606",), None),  # its communes take the place of the territory
        ("59606", ("62",), ("59606",), C),
    ],
)
def test_a_service_covers_a_place_by_its_communes_else_by_its_territory(
    commune: str, territoire: tuple[str, ...], communes: tuple[str, ...], attendu: Echelon | None
) -> None:
    lieu = lieu_de(commune)
    assert lieu is not None
    assert couvre(territoire, communes, lieu) is attendu


def test_a_commune_that_has_merged_is_covered_by_that_of_today() -> None:
    toutes = map(decoupage.decoder, decoupage.lignes_communes())
    deleguee = next(c for c in toutes if c.type == "deleguee" and c.code != c.actuelle)
    lieu = lieu_de(deleguee.code)
    assert lieu is not None
    assert couvre((), ranger([deleguee.code]), lieu) is Echelon.COMMUNE


@pytest.mark.parametrize("code", [None, "", "99999", "[ND]"])
def test_a_place_that_is_unknown_or_hidden_is_covered_by_nobody(code: str | None) -> None:
    assert lieu_de(code) is None


def test_communes_are_read_as_people_write_them_and_a_postal_code_is_told() -> None:
    assert lire_communes(" 59606, 2a004;75108\n59606 ") == ("2A004", "59606", "75108")
    with pytest.raises(ParametreInvalide, match=r"« 59000 ».*n’est pas le code postal"):
        lire_communes("59350 59000")


def test_the_departements_of_a_service_are_those_of_its_communes_when_it_has_some() -> None:
    assert departements_de(("62", "59"), ()) == ("59", "62")
    assert departements_de(("FR",), ("2A004", "59606", "59350")) == ("2A", "59")


CODES = [ligne[:5] for ligne in decoupage.lignes_communes()[::350]]


@given(st.lists(st.sampled_from(CODES), max_size=8), st.sampled_from(CODES))
def test_what_is_kept_of_communes_covers_them_all_and_is_kept_as_it_is(codes: list[str], code: str) -> None:
    gardees = ranger([*codes, code])
    assert ranger(gardees) == gardees
    lieu = lieu_de(code)
    assert lieu is not None
    assert couvre((), gardees, lieu) is Echelon.COMMUNE
