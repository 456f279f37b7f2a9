"""What words say besides names, read in the nomenclatures alone."""

import pytest
from hypothesis import given, strategies as st

from fce.recherche.question import filtres, lieu_et_activite
from fce.recherche.question.lieu_et_activite import Lecture
from fce.recherche.question.requete import Requete
from fce.referentiels import naf, territoires

GRANDES = [
    commune.nom
    for code in ("59350", "13055", "35238", "29019", "06088", "67482", "34172", "44109", "76540", "38185", "63113")
    if (commune := territoires.commune(code))
]
METIERS = [mot for mot, _ in naf.metiers()]


def lu(texte: str) -> tuple[dict[str, str], str, bool]:
    lecture = lieu_et_activite.lecture_de(texte)
    return {c.filtre: c.valeur for c in lecture.compris}, lecture.reste, lecture.sure


@pytest.mark.parametrize(
    ("texte", "filtres_lus", "reste"),
    [
        ("restaurant lille", {"naf": "56.10", "commune": "59350"}, ""),
        ("Restaurants à Lille", {"naf": "56.10", "commune": "59350"}, ""),
        ("lille restaurant", {"naf": "56.10", "commune": "59350"}, ""),
        ("boulangerie Lyon 3e", {"naf": "10.71C", "commune": "69383"}, ""),
        ("restaurants paris 12", {"naf": "56.10", "commune": "75112"}, ""),
        ("plombier 59", {"naf": "43.22A", "departement": "59"}, ""),
        ("coiffeur 2a", {"naf": "96.02A", "departement": "2A"}, ""),
        ("avocat Haute-Garonne", {"naf": "69.10Z", "departement": "31"}, ""),
        ("pharmacie 75011", {"naf": "47.73Z", "code_postal": "75011"}, ""),
        ("boulangerie saint denis 93", {"naf": "10.71C", "commune": "93066"}, ""),
        ("10.71C", {"naf": "10.71C"}, ""),
        ("1071c", {"naf": "10.71C"}, ""),
        ("adrexo sète", {"commune": "34301"}, "adrexo"),
        ("boulangeries paul marcq en baroeul", {"commune": "59378"}, "boulangeries paul"),
        ("12 rue nationale 59000 lille", {"commune": "59350"}, "12 rue nationale"),
    ],
)
def test_a_place_and_an_activity_are_recognised(texte: str, filtres_lus: dict[str, str], reste: str) -> None:
    assert lu(texte) == (filtres_lus, reste, True)


@pytest.mark.parametrize(
    "texte",
    [
        "hôtel de paris", "gaec du nord", "rue de lille", "12 rue nationale 59", "3 avenue du 59", "place lille",
        "boulangerie saint denis", "sarl dupont", "6201", "12", "lysiane verquin", "tournebride marie", "la", "",
    ],
)  # fmt: skip
def test_what_makes_a_name_or_an_address_is_left_alone(texte: str) -> None:
    assert not lieu_et_activite.lecture_de(texte).sure


@pytest.mark.parametrize(("texte", "filtre"), [("boulangerie", "naf"), ("lille", "commune"), ("orange", "commune")])
def test_one_thing_alone_may_be_a_name_and_is_only_offered(texte: str, filtre: str) -> None:
    lecture = lieu_et_activite.lecture_de(texte)
    assert not lecture.sure
    assert [c.filtre for c in lecture.compris] == [filtre]
    assert [c.filtre for c in lieu_et_activite.offres(texte)] == [filtre]


@given(st.sampled_from(METIERS), st.sampled_from(GRANDES), st.sampled_from(["{0} {1}", "{0} à {1}", "{1} {0}"]))
def test_any_trade_in_any_town_is_understood(metier: str, ville: str, ordre: str) -> None:
    lecture = lieu_et_activite.lecture_de(ordre.format(metier, ville))
    assert lecture.sure
    assert lecture.sans_nom
    assert set(lecture.filtres()) == {"naf", "commune"}


@given(st.sampled_from(naf.libelles()).filter(lambda x: len(x.code) == 6))
def test_a_code_is_the_activity_however_it_is_written(activite: naf.Libelle) -> None:
    for ecrit in (activite.code, activite.code.lower(), activite.code.replace(".", ""), f" {activite.code} "):
        assert lu(ecrit) == ({"naf": activite.code}, "", True)


@given(st.text(max_size=80) | st.lists(st.sampled_from([*METIERS, *GRANDES, "de", "12", "rue", "59"])).map(" ".join))
def test_any_text_is_read_and_what_it_says_can_be_asked(texte: str) -> None:
    lecture = lieu_et_activite.lecture_de(texte)
    assert lecture == lieu_et_activite.lecture_de(texte)
    for un in (*lecture.compris, *lieu_et_activite.offres(texte)):
        assert filtres.SIRENE[un.filtre].saisie.canonique(un.filtre, un.valeur) == un.valeur
    if not lecture.sure:
        assert lecture.reste in ("", texte)
    elif lecture.reste:
        assert texte.split()[: len(lecture.reste.split())] == lecture.reste.split()


def test_every_trade_has_a_code_and_says_what_its_label_does_not() -> None:
    for mot, code in naf.metiers():
        assert naf.libelle(code), mot
        assert lieu_et_activite.offres(mot)[0].valeur == code, mot


def test_what_was_typed_is_kept_as_long_as_the_address_says_it() -> None:
    tout = {"saisie": "adrexo sète", "q": "adrexo", "commune": "34301"}
    assert Requete.depuis(tout).tapee == "adrexo sète"
    assert Requete.depuis({**tout, "tranche_effectif": "11"}).saisie
    assert Requete.depuis(Requete.depuis(tout).parametres() and tout).parametres() == Requete.depuis(tout).parametres()
    for sans in ({"q": "autre"}, {"commune": "59350"}, {"commune": ""}, {"saisie": "n'importe quoi"}):
        assert not Requete.depuis({**tout, **sans}).saisie


def test_a_reading_is_empty_by_default() -> None:
    assert Lecture().filtres() == {}
    assert not Lecture().sans_nom
