"""An agent's search begins on his territory: the address says it, one click leaves it, and a name is found anywhere."""

import pytest
from hypothesis import given, strategies as st

from fce.recherche.question.lieux_du_lecteur import en_filtres
from fce.referentiels import territoires
from fce.referentiels.territoires.decoupage import region_du_departement
from tests.acces import acteurs
from tests.recherche.question.test_mots_en_filtres import aller
from tests.recherche.univers import BREST, LYON, Univers
from tests.service.portail.pages import verifier

TOUS = [d.code for d in territoires.departements() if region_du_departement(d.code)]


@given(st.sets(st.sampled_from(TOUS), max_size=25))
def test_the_filters_of_a_territory_are_its_departements_and_no_other(departements: set[str]) -> None:
    lieux = en_filtres(departements)
    regions = set(lieux.get("region", ()))
    couverts = {d for d in TOUS if (region := region_du_departement(d)) and region.code in regions}
    assert couverts | {*lieux.get("departement", ())} == departements
    assert not couverts & {*lieux.get("departement", ())}


def test_a_national_territory_is_no_filter() -> None:
    assert en_filtres({"FR", "59"}) == {}
    assert en_filtres(()) == {}
    assert en_filtres({"59"}) == {"departement": ("59",)}
    assert en_filtres({"02", "59", "60", "62", "80"}) == {"region": ("32",)}


@pytest.fixture
def noms(univers: Univers) -> dict[str, str]:
    siens = {
        "lille": univers.entreprise("ATELIER DU NORD"),
        "brest": univers.entreprise("ATELIER DU PORT", BREST),
        "lyon": univers.entreprise("ATELIER RHODANIEN", LYON),
        "exact": univers.entreprise("ATELIER", LYON),
    }
    univers.indexer()
    return siens


def test_a_search_begins_at_home_and_leaves_in_one_click(noms: dict[str, str]) -> None:
    agent = acteurs.habilite("inspection-travail", ("59", "62")).client
    assert aller(agent, "ateliers")["departement"] == ["59", "62"]
    html = agent.get("/recherche", {"q": "ateliers"}, follow=True).content.decode()
    liens = verifier(html).liens
    assert "Votre territoire : Nord (59), Pas-de-Calais (62)" in html
    assert f"/entreprise/{noms['lille']}" in liens
    assert f"/entreprise/{noms['brest']}" not in liens
    assert "Ailleurs, hors de votre territoire – 3 entreprises" in html
    assert liens.count("?q=ateliers&vue=entreprises") >= 2  # the chip, and « ailleurs »
    partout = agent.get("/recherche?q=ateliers&vue=entreprises").content.decode()
    assert f"/entreprise/{noms['brest']}" in partout
    assert "Votre territoire" not in partout


@pytest.mark.parametrize("q", ["atelier", "rhodanien", "atelier brest", "69"])
def test_never_for_an_exact_name_a_place_or_when_nothing_is_there(noms: dict[str, str], q: str) -> None:
    agent = acteurs.habilite("inspection-travail", ("59",)).client
    assert aller(agent, q).get("departement") != ["59"]


def test_never_for_a_number(noms: dict[str, str]) -> None:
    agent = acteurs.habilite("inspection-travail", ("59",)).client
    assert agent.get("/recherche", {"q": noms["lyon"]}).headers["Location"] == f"/entreprise/{noms['lyon']}"


def test_neither_for_the_public_nor_without_a_right_in_force(noms: dict[str, str]) -> None:
    for lecteur in (acteurs.anonyme(), acteurs.agent_simple(), acteurs.expire(), acteurs.revoque()):
        assert "departement" not in aller(lecteur.client, "ateliers")
    assert "departement" not in aller(acteurs.habilite("inspection-travail", ("FR",)).client, "ateliers")
