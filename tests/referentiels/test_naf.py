"""NAF: levels, labels as INSEE publishes them, and search by words."""

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, settings, strategies as st

from fce.referentiels import Libelle, naf

NIVEAUX = {1: "section", 2: "division", 4: "groupe", 5: "classe", 6: "sous-classe"}


def _tous(nomenclature: str) -> list[str]:
    """Every code, walked from the sections down."""
    codes: list[str] = []
    a_voir = list(naf.enfants(None, nomenclature))
    while a_voir:
        code = a_voir.pop()
        codes.append(code)
        a_voir += naf.enfants(code, nomenclature)
    return codes


@pytest.mark.parametrize(
    ("nomenclature", "sous_classes", "sections"), [("NAFRev2", 732, 21), ("NAF25", 747, 22), ("NAF2025", 747, 22)]
)
def test_five_levels_reach_every_sub_class(nomenclature: str, sous_classes: int, sections: int) -> None:
    comptes = Counter(NIVEAUX[len(code)] for code in _tous(nomenclature))
    assert comptes["sous-classe"] == sous_classes
    assert comptes["section"] == sections
    assert len(comptes) == 5


def test_naf_rev2_has_the_published_number_of_divisions_groups_and_classes() -> None:
    comptes = Counter(NIVEAUX[len(code)] for code in _tous("NAFRev2"))
    assert (comptes["division"], comptes["groupe"], comptes["classe"]) == (88, 272, 615)


@pytest.mark.parametrize(("nomenclature", "nombre"), [("NAFRev1", 712), ("NAF1993", 696), ("NAP", 650)])
def test_nomenclatures_of_closed_periods_are_whole(nomenclature: str, nombre: int) -> None:
    codes = naf.enfants(None, nomenclature)
    assert len(codes) == nombre
    assert all(naf.libelle(code, nomenclature) for code in codes)
    assert naf.ancetres(codes[0], nomenclature) == (codes[0],)


@pytest.mark.parametrize(
    ("code", "attendu"),
    [
        ("62.01Z", "Programmation informatique"),
        ("6201z", "Programmation informatique"),
        (" j ", "Information et communication"),
        ("62", "Programmation, conseil et autres activités informatiques"),
        ("D", "Production et distribution d'électricité, de gaz, de vapeur et d'air conditionné"),
        ("01.11Z", "Culture de céréales (à l'exception du riz), de légumineuses et de graines oléagineuses"),
        ("99.99Z", None),
        ("", None),
        (None, None),
    ],
)
def test_labels_of_naf_rev2(code: str | None, attendu: str | None) -> None:
    assert naf.libelle(code) == attendu


def test_every_level_of_naf_rev2_has_a_label_in_sentence_case() -> None:
    for code in _tous("NAFRev2"):
        nom = naf.libelle(code)
        assert nom
        assert nom[0].isupper() or nom[0].isdigit()
        assert not nom.isupper() or len(nom) < 5
        assert "  " not in nom
        assert nom == nom.strip()


def test_naf_2025_shows_bare_codes_where_no_label_is_published() -> None:
    assert naf.libelle("A", "NAF25") == "Agriculture, sylviculture et pêche"
    assert naf.libelle("01.12Y", "NAF25") == "Culture du riz"
    for code in ("01", "01.1", "01.11"):
        assert naf.libelle(code, "NAF25") is None
        assert naf.ancetres(code, "NAF25")
    assert str(Libelle("01.1", naf.libelle("01.1", "NAF25"))) == "01.1"
    assert naf.ancetres("00.00Z", "NAF25") == ()


def test_ancestors_go_from_the_section_to_the_code() -> None:
    assert naf.ancetres("62.01Z") == ("J", "62", "62.0", "62.01", "62.01Z")
    assert naf.ancetres("62") == ("J", "62")
    assert naf.ancetres("nulle part") == ()


@pytest.mark.parametrize("nomenclature", ["NAFRev2", "NAF25"])
def test_parents_and_children_agree(nomenclature: str) -> None:
    for code in _tous(nomenclature):
        chemin = naf.ancetres(code, nomenclature)
        assert chemin[-1] == code
        assert [len(c) for c in chemin] == [1, 2, 4, 5, 6][: len(chemin)]
        assert all(suite.startswith(c) for c, suite in pairwise(chemin[1:]))
        if len(chemin) > 1:
            assert code in naf.enfants(chemin[-2], nomenclature)


def test_labels_follow_the_nomenclature_of_the_period() -> None:
    assert naf.libelle("01.1A", "NAFRev1") == "Culture de céréales ; cultures industrielles"
    assert naf.libelle("01.1A") is None
    assert naf.libelle("01.17", "NAP") == "Viticulture"
    assert naf.libelle("62.01Z", "une nomenclature inconnue") is None


@pytest.mark.parametrize(
    ("texte", "premier"),
    [
        ("programmation informatique", "62.01Z"),
        ("programation", None),
        ("boulangerie et bou", "10.71C"),
        ("6201", "62.01"),
        ("62.01Z", "62.01Z"),
        ("j", "J"),
        ("cereales", "01.11Z"),
        ("restauration rapide", "56.10C"),
        ("", None),
    ],
)
def test_search_by_words_or_code(texte: str, premier: str | None) -> None:
    trouves = naf.chercher(texte)
    assert (trouves[0].code if trouves else None) == premier


def test_search_is_limited_and_never_shows_a_class_that_only_repeats_its_sub_class() -> None:
    assert len(naf.chercher("commerce", 5)) == 5
    assert naf.chercher("commerce", 0) == []
    codes = [trouve.code for trouve in naf.chercher("programmation informatique")]
    assert "62.01Z" in codes
    assert "62.01" not in codes


@settings(deadline=None)  # the first call reads the tables
@given(st.text(), st.sampled_from(["NAFRev2", "NAF25", "NAFRev1", "NAF1993", "NAP", "", "\0"]))
def test_any_string_is_answered(texte: str, nomenclature: str) -> None:
    naf.libelle(texte, nomenclature)
    naf.ancetres(texte, nomenclature)
    naf.enfants(texte, nomenclature)
    assert len(naf.chercher(texte, 7, nomenclature)) <= 7
