"""Catégories juridiques, tranches d'effectifs, pays."""

import pytest
from hypothesis import given, settings, strategies as st

from fce.referentiels import Libelle, categories_juridiques, effectifs, pays


def test_a_label_is_written_after_its_code_and_a_code_without_label_alone() -> None:
    assert str(Libelle("62.01Z", "Programmation informatique")) == "62.01Z – Programmation informatique"
    assert str(Libelle("62.01", None)) == "62.01"


def test_categories_juridiques_have_three_levels() -> None:
    assert [len(categories_juridiques.liste(niveau)) for niveau in (1, 2, 3)] == [10, 39, 263]
    assert categories_juridiques.libelle("5710") == "SAS, société par actions simplifiée"
    assert categories_juridiques.libelle("57") == "Société par actions simplifiée"
    assert categories_juridiques.libelle("5") == "Société commerciale"
    assert categories_juridiques.libelle("5799") is None
    assert categories_juridiques.libelle("9900") == "Autre personne morale de droit privé"
    assert categories_juridiques.libelle("9800") is None


def test_a_withdrawn_general_category_of_closed_periods_gets_the_label_of_its_level() -> None:
    assert categories_juridiques.libelle("5400") == "Société à responsabilité limitée (SARL)"


def test_each_categorie_juridique_has_its_parents() -> None:
    connus = {n: {c.code for c in categories_juridiques.liste(n)} for n in (1, 2, 3)}
    assert {code[:2] for code in connus[3]} == connus[2]
    assert {code[:1] for code in connus[2]} == connus[1]


def test_only_the_level_one_zero_lacks_a_label() -> None:
    sans = [c.code for niveau in (1, 2, 3) for c in categories_juridiques.liste(niveau) if c.libelle is None]
    assert sans == ["0"]


@pytest.mark.parametrize(
    ("code", "physique"), [("1000", True), ("1", True), ("2110", False), ("5710", False), ("", False)]
)
def test_natural_persons_are_told_by_their_categorie(code: str, physique: bool) -> None:
    assert categories_juridiques.est_personne_physique(code) is physique


def test_a_missing_categorie_is_not_that_of_a_natural_person() -> None:
    assert categories_juridiques.est_personne_physique(None) is False


def test_headcount_bands_go_up() -> None:
    codes = [tranche.code for tranche in effectifs.liste()]
    assert codes == ["NN", "00", "01", "02", "03", "11", "12", "21", "22", "31", "32", "41", "42", "51", "52", "53"]
    assert [effectifs.rang(code) for code in codes] == list(range(-1, 15))


@pytest.mark.parametrize("code", [None, "", "NN", "99", "zz"])
def test_an_unknown_headcount_ranks_with_no_employee(code: str | None) -> None:
    assert effectifs.rang(code) == -1


def test_headcount_labels() -> None:
    assert effectifs.libelle("11") == "10 à 19 salariés"
    assert effectifs.libelle("53") == "10 000 salariés et plus"
    assert effectifs.libelle("NN") == "Unité non employeuse"
    assert effectifs.libelle(None) is None


@pytest.mark.parametrize(
    ("code", "nom"),
    [
        ("99100", "France"),
        ("99109", "Allemagne"),
        ("99132", "Royaume-Uni"),
        ("99326", "Côte d’Ivoire"),
        ("99404", "États-Unis"),
        ("99999", None),
        (None, None),
    ],
)
def test_countries_have_their_french_name(code: str | None, nom: str | None) -> None:
    assert pays.libelle(code) == nom


@settings(deadline=None)  # the first call reads the tables
@given(st.text())
def test_any_string_is_answered(texte: str) -> None:
    categories_juridiques.libelle(texte)
    categories_juridiques.est_personne_physique(texte)
    effectifs.libelle(texte)
    effectifs.rang(texte)
    pays.libelle(texte)
