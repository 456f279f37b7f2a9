"""What was understood shows in the address and comes off; a name, a number, an empty answer are left as typed."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from fce.recherche.question import mots_en_filtres
from fce.recherche.question.requete import Requete
from fce.recherche.reponse import selectors
from tests.recherche.univers import BREST, LYON, Univers
from tests.service.portail.pages import verifier

RESTAURANT = {"activite_principale": "56.10A", "nomenclature_activite_principale": "NAFRev2"}


@pytest.fixture
def ville(univers: Univers) -> dict[str, str]:
    noms = {
        "table": univers.entreprise("LA TABLE RONDE", RESTAURANT, **RESTAURANT),
        "brest": univers.entreprise("RESTAURANT DU PORT", {**BREST, **RESTAURANT}, **RESTAURANT),
        "lille": univers.entreprise("RESTAURANT LILLE EUROPE CONSEIL"),
        "exact": univers.entreprise("ADREXO BREST", LYON),
        "adrexo": univers.entreprise("ADREXO NORD", BREST),
    }
    univers.indexer()
    return noms


def aller(client: Client, q: str) -> dict[str, list[str]]:
    """Parameters of the address where a text typed in the box leads."""
    reponse = client.get("/recherche", {"q": q})
    return parse_qs(urlsplit(reponse.headers.get("Location", "")).query)


def test_an_activity_in_a_town_becomes_filters_that_the_address_says(client: Client, ville: dict[str, str]) -> None:
    menee = aller(client, "restaurant lille")
    assert menee == {
        "saisie": ["restaurant lille"],
        "naf": ["56.10"],
        "commune": ["59350"],
        "vue": ["entreprises"],
    }
    html = client.get("/recherche", {"q": "restaurant lille"}, follow=True).content.decode()
    liens = verifier(html).liens
    assert f"/entreprise/{ville['table']}" in liens
    assert f"/entreprise/{ville['brest']}" not in liens
    assert 'value="restaurant lille"' in html  # the box still shows what was typed
    assert "?vue=entreprises&naf=56.10" in liens  # each chip comes off
    assert "?vue=entreprises&commune=59350" in liens
    assert "?q=restaurant+lille&vue=entreprises" in liens  # the words themselves
    assert "Chercher plutôt ces mots dans les noms et les adresses – 1 entreprise" in html
    litterale = client.get("/recherche?q=restaurant+lille&vue=entreprises").content.decode()
    assert f"/entreprise/{ville['lille']}" in litterale


def test_a_name_in_a_town_keeps_its_words(client: Client, ville: dict[str, str]) -> None:
    assert aller(client, "table ronde lille")["q"] == ["table ronde"]
    html = client.get("/recherche", {"q": "table ronde lille"}, follow=True).content.decode()
    assert f"/entreprise/{ville['table']}" in html
    assert "Lille (59)" in html


@pytest.mark.parametrize("q", ["adrexo brest", "restaurant", "brest", "zzz brest"])
def test_a_name_a_word_alone_and_a_name_that_finds_nothing_are_left_as_typed(
    client: Client, ville: dict[str, str], q: str
) -> None:
    assert aller(client, q) == {}


def test_a_number_is_never_taken_for_something_else(client: Client, ville: dict[str, str]) -> None:
    assert client.get("/recherche", {"q": ville["table"]}).headers["Location"] == f"/entreprise/{ville['table']}"


def test_an_activity_alone_is_offered_beside_the_names(client: Client, ville: dict[str, str]) -> None:
    html = client.get("/recherche?q=restaurant").content.decode()
    assert f"/entreprise/{ville['brest']}" in html
    assert "Activité : Restaurants et services de restauration mobile – 2 entreprises" in html
    assert "?vue=entreprises&naf=56.10" in verifier(html).liens
    assert "Commune : Brest (29) – 2 entreprises" in client.get("/recherche?q=brest").content.decode()


def test_nothing_is_understood_once_something_else_is_asked(client: Client, ville: dict[str, str]) -> None:
    for suite in ("vue=entreprises", "departement=29", "etat=tous"):
        assert client.get(f"/recherche?q=restaurant+lille&{suite}").status_code == 200
    api = client.get("/api/v1/recherche?q=restaurant+lille").json()
    assert [r["siren"] for r in api["resultats"]] == [ville["lille"]]
    assert not mots_en_filtres.offres(selectors.moteur(), Requete.depuis({"q": "restaurant", "departement": "29"}))


def test_the_view_used_last_is_kept(client: Client, ville: dict[str, str]) -> None:
    client.get("/recherche?q=x&vue=etablissements")
    assert aller(client, "restaurant lille")["vue"] == ["etablissements"]
