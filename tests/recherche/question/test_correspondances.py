"""Both codes of an activity are taken, before and after the NAF 2025 leads; the share is that of the stock."""

import re

import pytest
from django.test import Client
from hypothesis import given, strategies as st

from fce.recherche import services
from fce.recherche.question.correspondances import correspondants
from fce.recherche.question.requete import Requete
from fce.recherche.reponse import page, selectors
from fce.referentiels import activites, naf
from tests.recherche.univers import Univers

AVANT = {"nomenclature_activite_principale": "NAFRev2", "activite_principale": "10.71C"}
APRES = {"nomenclature_activite_principale": "NAF2025"}
CODES = st.sampled_from(["10.71C", "10.71D", "47.24Z"])
NOUVEAUX = st.sampled_from(["10.71H", "47.24Y"])


@given(st.lists(st.tuples(CODES, NOUVEAUX, st.integers(1, 10**6))), CODES | NOUVEAUX)
def test_shares_are_those_of_the_units_and_never_above_all_of_them(
    paires: list[tuple[str, str, int]], code: str
) -> None:
    lus = correspondants(paires, code)
    assert sum(c.part for c in lus) <= 100
    assert [c.part for c in lus] == sorted((c.part for c in lus), reverse=True)
    connus = {c for paire in paires if code in paire[:2] for c in paire[:2]} - {code}
    assert {c.code for c in lus} <= connus


def test_the_path_of_a_code_is_made_once_whatever_the_codes_asked() -> None:
    """Every empty search by activity reads all the pairs of the index, thousands in the national register."""
    paires = [("10.71C", "10.71H", 3), ("10.71D", "10.71H", 2), ("47.24Z", "47.24Y", 1)]
    for code in ("10.71C", "10.71H"):
        correspondants(paires, code)
    avant = activites.ancetres.cache_info().misses
    assert [c.code for c in correspondants(paires, "10.71H")] == ["10.71C", "10.71D"]
    assert correspondants(paires, "10.71C") == correspondants(paires, "10.71C")
    assert activites.ancetres.cache_info().misses == avant


def test_no_sub_class_is_of_both_nomenclatures() -> None:
    anciens, nouveaux = ({x.code for x in naf.libelles(n) if len(x.code) == 6} for n in (naf.NAF_REV_2, naf.NAF_2025))
    assert not anciens & nouveaux


def total(**params: str) -> int:
    return selectors.rechercher(Requete.depuis(params)).total


@pytest.fixture
def stock(univers: Univers) -> Univers:
    for n in range(3):
        univers.entreprise(f"PAIN {n}", **AVANT, activite_principale_naf25="10.71H")
    univers.entreprise("TOURTE", **AVANT, activite_principale_naf25="10.72Y")
    univers.indexer()
    return univers


def test_before_the_new_code_leads_both_are_found_and_said(client: Client, stock: Univers) -> None:
    assert total(naf="10.71C") == 4
    assert total(naf="10.71H") == 3
    html = client.get("/recherche?naf=10.71C&vue=entreprises").content.decode()
    assert "NAF 2025 : 10.71H, 75 % des unités – 3 entreprises" in html
    html = client.get("/recherche?naf=10.71H&vue=entreprises").content.decode()
    assert "NAF rév. 2 : 10.71C, 100 % des unités – 4 entreprises" in html
    assert naf.libelle("10.71H", naf.NAF_2025) in html.replace("&#x27;", "'")
    assert client.get("/api/v1/recherche?naf=1071h").json()["total"] == 3


def sections(client: Client) -> list[str]:
    """The boxes of sections that the page offers."""
    html = client.get("/recherche?q=pain&vue=entreprises").content.decode()
    return re.findall(r'name="naf"\s+value="([^"]+)"', html)


def basculer(stock: Univers) -> None:
    """The file of 2027: the new code in the place of the old one, which no column has any more."""
    for unite in stock.unites:
        unite |= APRES | {"activite_principale": unite["activite_principale_naf25"], "activite_principale_naf25": None}
    for lieu in stock.lieux:
        lieu |= APRES | {"activite_principale": "10.71H", "activite_principale_naf25": None}
    stock.charger()
    services.indexer(forcer=True)


def test_upper_levels_that_both_nomenclatures_have_keep_their_own_meaning() -> None:
    assert activites.normaliser("2025-j") == "2025-J"
    assert activites.normaliser("2025-1071h") == activites.normaliser("10.71h") == "10.71H"
    assert activites.libelle("J") != activites.libelle("2025-J")
    assert activites.en_clair("2025-J").startswith("J (NAF 2025) – ")
    assert "10.71H" in activites.sous_classes("2025-10")
    assert "10.71C" in activites.sous_classes("10")
    assert page.naf_les_plus_precis(["2025-C", "10.71H", "C"]) == ["10.71H", "C"]
    assert len(activites.sections(naf.NAF_2025)) == 22


@given(st.sampled_from([x.code for n in (naf.NAF_REV_2, naf.NAF_2025) for x in naf.libelles(n)]), st.booleans())
def test_what_is_written_in_an_address_is_read_back_in_one_nomenclature(code: str, nouvelle: bool) -> None:
    ecrit = activites.normaliser(f"{activites.MARQUE}{code}" if nouvelle else code)
    assert activites.normaliser(ecrit) == ecrit
    chemin = activites.ancetres(ecrit)
    assert not chemin or (chemin[-1] == ecrit and chemin[0] in activites.sections(activites.nomenclature(ecrit)))
    assert all(activites.ancetres(c)[-1] == c for c in activites.enfants(ecrit))


def test_before_sections_are_those_of_the_old_one_and_both_are_filters(client: Client, stock: Univers) -> None:
    assert sections(client) == ["C"]
    assert total(naf="C") == total(naf="2025-C") == 4
    assert total(naf="2025-10") == total(naf="2025-10.7") == 4
    assert total(naf="2025-10.71") == 3
    api = client.get("/api/v1/recherche?naf=2025-c&facettes=naf").json()
    assert api["total"] == 4
    assert {"C", "2025-C"} <= {x["code"] for x in api["facettes"]["naf"]}
    html = client.get("/recherche?naf=2025-C&vue=entreprises").content.decode()
    assert "C (NAF 2025) – Industrie manufacturière" in html
    assert "NAF rév. 2 : C, 100 % des unités" in html


def test_after_sections_are_those_of_the_new_one_and_words_lead_to_it(client: Client, stock: Univers) -> None:
    assert "naf=10.71C" in client.get("/recherche?q=boulangerie+lille")["Location"]
    basculer(stock)
    assert sections(client) == ["2025-C"]
    assert total(naf="C") == 0
    assert total(naf="2025-C") == 4
    assert "naf=10.71H" in client.get("/recherche?q=boulangerie+lille")["Location"]
    html = client.get("/recherche?q=boulangerie+lille", follow=True).content.decode()
    assert "boulangerie lille" in html
    assert "Compris" in html
    html = client.get("/recherche?naf=C&vue=entreprises").content.decode()
    assert "NAF 2025 : C, 100 % des unités – 4 entreprises" in html
    htmx = {"HX-Request": "true"}
    proposees = client.get("/recherche/activites?activite=10.71", headers=htmx).content.decode()
    assert proposees.index("10.71H") < proposees.index("10.71C")
    assert "10.71H" in client.get("/recherche/suggestions?q=boulangerie", headers=htmx).content.decode()


def test_after_the_new_code_leads_a_saved_address_still_leads_to_it(client: Client, stock: Univers) -> None:
    basculer(stock)
    assert total(naf="10.71H") == 3
    assert total(naf="10.71C") == 0
    html = client.get("/recherche?naf=10.71C&vue=entreprises").content.decode()
    assert "NAF 2025 : 10.71H, 75 % des unités – 3 entreprises" in html
