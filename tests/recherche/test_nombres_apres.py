"""The numbers beside the filters come after the list for a browser that can ask them, with it for any other."""

import re

import pytest
from django.test import Client
from django.urls import resolve

from fce.socle.web.routes import Voie, politique_de
from tests.recherche.univers import BREST, Univers

ADRESSE = "/recherche?q=atelier&vue=entreprises"
HTMX = {"HX-Request": "true", "HX-Target": "recherche"}
COLONNE = "/recherche/filtres?q=atelier&vue=entreprises"


@pytest.fixture
def peuple(univers: Univers) -> Univers:
    for n in range(6):
        univers.entreprise(f"ATELIER {n}", BREST if n % 2 else None, tranche_effectifs="11")
    univers.indexer()
    return univers


def nombres(html: str) -> dict[str, str]:
    """Counts shown, by box."""
    return dict(re.findall(r'for="(f-[^"]+)">[^<]*</label><span class="fce-choix__nombre">.*?</span>(\d+)<', html))


def a_demander(html: str) -> str | None:
    """Address that the page asks by itself once it is shown."""
    trouve = re.search(r'<div hx-get="([^"]+)" hx-trigger="load" hx-target="#filtres"', html)
    return trouve[1].replace("&amp;", "&") if trouve else None


def test_without_javascript_the_page_has_its_counts(client: Client, peuple: Univers) -> None:
    html = client.get(ADRESSE).content.decode()
    assert nombres(html)["f-departement-29"] == "3"
    assert a_demander(html) is None


def test_with_it_the_list_comes_first_and_then_asks_the_column(client: Client, peuple: Univers) -> None:
    pleine = client.get(ADRESSE).content.decode()
    html = client.get(ADRESSE, headers=HTMX).content.decode()
    assert "ATELIER 5" in html
    assert not nombres(html)
    suite = a_demander(html)
    assert suite == COLONNE
    reponse = client.get(suite, headers=HTMX)
    colonne = reponse.content.decode()
    assert nombres(colonne) == nombres(pleine)
    assert colonne.lstrip().startswith('<details class="fce-filtres" id="filtres"')
    assert "ATELIER 5" not in colonne
    assert a_demander(colonne) is None
    assert "HX-Push-Url" not in reponse.headers


def test_a_browser_that_has_asked_a_fragment_is_known_by_a_cookie_without_any_identifier(
    client: Client, peuple: Univers
) -> None:
    client.get("/recherche/suggestions?q=ateli")
    assert "nombres" not in client.cookies
    client.get("/recherche/suggestions?q=ateli", headers=HTMX)
    temoin = client.cookies["nombres"]
    assert (temoin.value, temoin["max-age"], temoin["httponly"], temoin["samesite"]) == ("apres", "", True, "Lax")
    html = client.get(ADRESSE).content.decode()
    assert a_demander(html) == COLONNE
    assert "ATELIER 5" in html
    assert ">nombres<" in client.get("/cookies").content.decode()


def test_nothing_is_asked_later_when_nothing_was_found(client: Client, peuple: Univers) -> None:
    assert a_demander(client.get("/recherche?q=introuvable&vue=entreprises", headers=HTMX).content.decode()) is None


def test_the_column_alone_refuses_what_the_page_refuses(client: Client, peuple: Univers) -> None:
    assert client.get("/recherche/filtres?q=atelier&etat=inconnu", headers=HTMX).status_code == 400
    assert client.get("/recherche/filtres?vue=entreprises", headers=HTMX).status_code == 200


def test_the_column_spends_no_page_of_who_reads() -> None:
    politique = politique_de(resolve("/recherche/filtres").func)
    assert politique is not None
    assert politique.voie is Voie.FRAGMENT
