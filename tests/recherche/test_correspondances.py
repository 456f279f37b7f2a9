"""Both codes of an activity are taken, before and after the NAF 2025 leads; the share is that of the stock."""

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from fce.recherche import selectors, services
from fce.recherche.correspondances import correspondants
from fce.recherche.requete import Requete
from fce.referentiels import naf
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


def test_after_the_new_code_leads_a_saved_address_still_leads_to_it(client: Client, stock: Univers) -> None:
    for unite in stock.unites:
        unite |= APRES | {"activite_principale": unite["activite_principale_naf25"], "activite_principale_naf25": None}
    stock.charger()
    services.indexer(forcer=True)
    assert total(naf="10.71H") == 3
    assert total(naf="10.71C") == 0
    html = client.get("/recherche?naf=10.71C&vue=entreprises").content.decode()
    assert "NAF 2025 : 10.71H, 75 % des unités – 3 entreprises" in html
