"""Words joined and cut by the vocabulary of the index, once what was typed gave too little; phrases in quotes."""

from typing import Any

import pytest
from django.test import Client

from fce.recherche.question import coupures, strategie
from fce.recherche.question.requete import Requete
from fce.recherche.reponse import conseils, selectors, suggestions
from fce.recherche.reponse.resultats import Resultats
from fce.referentiels import abreviations
from tests.recherche.univers import LYON, Univers

pytestmark = pytest.mark.django_db


def chercher(**params: Any) -> Resultats:
    return selectors.rechercher(Requete.depuis(params))


def sirens(**params: Any) -> list[str]:
    return [r.entreprise.siren for r in chercher(**params).resultats]


@pytest.fixture
def grifrorac(univers: Univers) -> str:
    siren = univers.entreprise("MENUISERIE GRIFRORAC")
    univers.entreprise("TRANSPORTS DU PRE")
    univers.indexer()
    return siren


@pytest.mark.parametrize(
    ("q", "coupure"),
    [("menuiseriegrifrorac", "menuiserie grifrorac"), ("menui serie grifrorac", "menuiserie grifrorac"),
     ("me nui serie grifrorac", "menuiserie grifrorac"), ("grif rorac", "grifrorac"), ("grif rorca", "grifrorac")],
)  # fmt: skip
def test_words_glued_or_split_are_found_and_the_page_says_how_they_were_read(
    grifrorac: str, q: str, coupure: str
) -> None:
    trouves = chercher(q=q)
    assert [r.entreprise.siren for r in trouves.resultats] == [grifrorac]
    assert trouves.approchants
    phrase = f"La recherche a aussi lu « {coupure} », avec d’autres espaces."
    assert trouves.conseil == phrase
    page = Client().get("/recherche", {"q": q}).content.decode()
    assert phrase in page
    assert Client().get("/api/v1/recherche", {"q": q}).json()["conseil"] == phrase


@pytest.mark.parametrize("q", ["menuiseriegrif", "menui serie gri", "grif rora", "grif rorca"])
def test_they_are_suggested_while_typed(grifrorac: str, q: str) -> None:
    (groupe,) = [g for g in suggestions.suggerer(q, "/recherche") if g.titre == "Entreprises"]
    assert [p.titre for p in groupe.propositions] == ["MENUISERIE GRIFRORAC"]


def test_what_bears_the_words_as_typed_or_with_a_typo_comes_before(univers: Univers) -> None:
    colle, coupe = univers.entreprise("BELLEVUE MARIVAULT"), univers.entreprise("BELLE VUE MARIVAULT")
    univers.indexer()
    assert sirens(q="bellevue marivault") == [colle]
    assert sirens(q="belle vue marivault") == [coupe]
    assert sirens(q="belle vue marivaul") == [coupe]


@pytest.mark.parametrize("q", ["menuiserie grifrorac", "menuiserie grifroarc"])
def test_no_other_spacing_is_tried_when_the_words_or_their_typos_answer(
    grifrorac: str, q: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coupures, "autres", lambda *_, **__: pytest.fail("needless"))
    (trouve,) = strategie.interroger(selectors.moteur(), Requete(q=q)).reponse.hits
    assert trouve.siren == grifrorac
    if q == "menuiserie grifrorac":  # nor for the facets of the page
        assert sirens(q=q) == [grifrorac]


def test_filters_and_pages_hold_for_another_spacing_too(univers: Univers) -> None:
    lyon = [univers.entreprise(f"BOIS NEUF {lettre * 4}", LYON) for lettre in "ABCDEFG"]
    univers.entreprise("BOIS NEUF ZZZZ")
    univers.indexer()
    assert {*sirens(q="boisneuf", departement="69")} == {*lyon}
    pages = [sirens(q="boisneuf", departement="69", taille="5", page=n) for n in ("1", "2")]
    assert [len(page) for page in pages] == [5, 2]
    assert {*pages[0], *pages[1]} == {*lyon}


@pytest.mark.parametrize("court", ["ets", "cie", "asso", "ass", "ste", "coop", "synd"])
def test_a_name_is_found_short_or_whole_whichever_is_registered(univers: Univers, court: str) -> None:
    (entier,) = abreviations.ABREVIATIONS_DE_NOMS[court]
    abrege, ecrit = (
        univers.entreprise(f"{court} marivault lacombe".upper()),
        univers.entreprise(f"{entier} QUERSIN".upper()),
    )
    univers.indexer()
    assert sirens(q=f"{entier} marivault lacombe") == [abrege]
    assert sirens(q=f"{court} quersin") == [ecrit]


def test_two_abbreviations_of_one_word_are_the_same(univers: Univers) -> None:
    siren = univers.entreprise("ASSOC LES QUERSIN")
    univers.indexer()
    assert sirens(q="asso les quersin") == [siren]


@pytest.mark.parametrize("q", ['"nord bois"', "«\u202fnord bois\u202f»", "“Nord Bois” sarl"])
def test_a_phrase_in_quotes_is_borne_as_written_and_in_this_order(univers: Univers, q: str) -> None:
    attendu = univers.entreprise("SARL NORD BOIS")
    univers.entreprise("SARL BOIS NORD")
    univers.entreprise("SARL NORD DES BOIS")
    univers.indexer()
    trouves = chercher(q=q)
    assert [r.entreprise.siren for r in trouves.resultats] == [attendu]
    assert (trouves.approchants, trouves.total) == (False, 1)


def test_words_beside_a_phrase_and_filters_are_required_too(univers: Univers) -> None:
    lyon = univers.entreprise("NORD BOIS QUERSIN", LYON)
    univers.entreprise("NORD BOIS", LYON)
    lille = univers.entreprise("QUERSIN NORD BOIS")
    univers.indexer()
    assert {*sirens(q='quersin "nord bois"')} == {lyon, lille}
    assert sirens(q='quersin "nord bois"', departement="69") == [lyon]
    assert len(sirens(q='"nord bois"', vue="etablissements")) == 3


def test_a_phrase_that_nobody_bears_is_not_widened_and_the_page_offers_to_drop_the_quotes(univers: Univers) -> None:
    univers.entreprise("BOIS NORD")
    univers.indexer()
    trouves = chercher(q='"nord bois"')
    assert trouves.total == 0
    assert trouves.conseil == "Sans les guillemets, la recherche donne 1 résultat."
    essais = conseils.essais(selectors.memoire(), Requete.depuis({"q": '"nord bois"'}))
    assert [(e.libelle, e.requete.q) for e in essais] == [("Sans les guillemets", "nord bois")]


def test_a_phrase_is_a_name_never_a_place_nor_an_activity(univers: Univers) -> None:
    nommee = univers.entreprise("BOULANGERIE LILLE", LYON)
    univers.entreprise("AUTRE", activite_principale="10.71C")
    univers.indexer()
    assert sirens(q='"boulangerie lille"') == [nommee]


def test_a_masked_name_is_not_told_by_a_phrase(univers: Univers) -> None:
    univers.personne("MARIVAULT", "ELODIE", statut_diffusion="P")
    univers.indexer()
    assert chercher(q='"elodie marivault"').total == 0


def test_a_phrase_without_a_word_is_no_phrase(univers: Univers) -> None:
    siren = univers.entreprise("NORD BOIS")
    univers.indexer()
    assert sirens(q='nord "" bois') == [siren]
    assert strategie.interroger(selectors.moteur(), Requete(q='"')).reponse.total == 0
