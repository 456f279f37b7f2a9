"""The query object: what it accepts, clamps and refuses, and that an address can be shared."""

import datetime as dt

import pytest
from django.http import QueryDict
from hypothesis import given, strategies as st

from fce.recherche.question.filtres import SIRENE
from fce.recherche.question.requete import FENETRE, TAILLE_MAX, VALEURS_MAX, Requete
from fce.socle.erreurs import ParametreInvalide


def test_an_empty_address_asks_for_nothing():
    assert Requete.depuis({}).vide
    assert Requete.depuis({"etat": "tous", "siege": "oui"}).vide
    assert not Requete.depuis({"q": "dupont"}).vide
    assert not Requete.depuis({"departement": "59"}).vide


@pytest.mark.parametrize(
    ("page", "lue"),
    [
        ("2", 2),
        ("0", 1),
        ("-1", 1),
        ("²", 2),
        ("abc", 1),
        ("1e3", 1),
        ("9" * 5000, 500),
        ("0002", 2),
        ("", 1),
        ("\x00", 1),
    ],
)
def test_a_page_is_always_a_page(page, lue):
    assert Requete.depuis({"page": page}).page == lue


def test_no_page_goes_beyond_the_window():
    requete = Requete.depuis({"page": "10000", "taille": "100000"})
    assert requete.taille == TAILLE_MAX
    assert requete.page * requete.taille <= FENETRE


@pytest.mark.parametrize(
    ("nom", "valeur"),
    [
        ("vue", "table"), ("etat", "A"), ("tri", "password"), ("categorie", "TPE"), ("tranche_effectif", "99"),
        ("siege", "peut-être"), ("region", "1"), ("departement", "5"), ("departement", "2C"), ("commune", "Lille"),
        ("code_postal", "5900"), ("naf", "62.0Z"), ("naf", "Z"), ("categorie_juridique", "571"), ("epci", "1" * 5000),
        ("creation_min", "9999-99-99"), ("creation_min", "0000-00-00"), ("creation_max", "hier"), ("lieu", "commune:x"),
    ],
)  # fmt: skip
def test_a_value_outside_its_list_is_refused_in_french(nom, valeur):
    with pytest.raises(ParametreInvalide) as erreur:
        Requete.depuis({nom: valeur})
    assert "« " in erreur.value.message
    assert erreur.value.message.endswith(".")
    assert len(erreur.value.message) < 250


def test_values_are_written_in_one_way():
    requete = Requete.depuis(
        QueryDict("naf=6201z&naf=62.01Z&naf=j&departement=2a&creation_min=01/03/2024&siege=true&categorie=pme")
    )
    assert requete.filtres == {
        "departement": ("2A",),
        "naf": ("62.01Z", "J"),
        "categorie": ("PME",),
        "siege": ("oui",),
        "creation_min": ("2024-03-01",),
    }
    assert requete.jour("creation_min") == dt.date(2024, 3, 1)
    assert requete.oui_non("siege") is True
    assert requete.oui_non("ess") is None


def test_yes_and_no_together_filter_nothing():
    assert "ess" not in Requete.depuis(QueryDict("ess=oui&ess=non")).filtres


def test_dates_in_the_wrong_order_are_refused():
    with pytest.raises(ParametreInvalide):
        Requete.depuis({"creation_min": "2024-01-02", "creation_max": "2024-01-01"})


def test_too_many_values_are_refused():
    with pytest.raises(ParametreInvalide):
        Requete.depuis({"commune": [f"{n:05d}" for n in range(VALEURS_MAX + 1)]})


def test_a_reversed_sort_is_read_and_written():
    requete = Requete.depuis({"tri": "-nom"})
    assert (requete.tri, requete.inverse) == ("nom", True)
    assert requete.query_string() == "tri=-nom"
    assert not Requete.depuis({"tri": "-pertinence"}).inverse


def test_the_place_box_takes_a_typed_or_a_free_place():
    assert Requete.depuis({"lieu": "departement:59"}).filtres == {"departement": ("59",)}
    assert Requete.depuis({"lieu": "59000"}).filtres == {"code_postal": ("59000",)}
    assert "commune" in Requete.depuis({"lieu": "lille"}).filtres
    inconnu = Requete.depuis({"lieu": "zzzzqqqq"})
    assert inconnu.lieux_inconnus == ("zzzzqqqq",)
    assert not inconnu.vide
    assert inconnu.query_string() == "lieu=zzzzqqqq"


def test_a_narrow_place_refines_the_wider_one_and_others_add_up():
    nord_puis_lille = Requete.depuis({"region": "32", "departement": "59", "commune": "59350"})
    assert nord_puis_lille.lieux() == {"commune": ("59350",)}
    nord_ou_paris = Requete.depuis({"region": "32", "departement": "75"})
    assert nord_ou_paris.lieux() == {"region": ("32",), "departement": ("75",)}


def test_a_changed_filter_goes_back_to_the_first_page():
    requete = Requete.depuis(QueryDict("q=dupont&departement=59&page=3"))
    assert requete.query_string() == "q=dupont&departement=59&page=3"
    assert requete.query_string(page=4) == "q=dupont&departement=59&page=4"
    assert requete.query_string(page=1) == "q=dupont&departement=59"
    assert requete.query_string(etat="tous") == "q=dupont&departement=59&etat=tous"


@given(st.dictionaries(st.sampled_from(["q", "page", "taille"]), st.text(st.characters(), max_size=300)))
def test_free_text_and_numbers_never_raise(params):
    requete = Requete.depuis(params)
    assert requete.page >= 1
    assert len(requete.q) <= 256
    requete.query_string().encode("ascii")


@given(
    st.dictionaries(
        st.sampled_from([*SIRENE, "lieu", "vue", "etat", "tri", "autre"]), st.text(st.characters(), max_size=40)
    )
)
def test_any_filter_is_read_or_refused_in_french(params):
    try:
        requete = Requete.depuis(params)
    except ParametreInvalide as erreur:
        message = erreur.message
    else:
        # What was read can be shared: the address gives the same query back.
        assert Requete.depuis(QueryDict(requete.query_string())) == requete
        message = "."
    assert message.endswith(".")
