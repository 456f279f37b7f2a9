"""The page of the NAF 2025 says what the register in place bears, and answers with or without an index."""

import pytest
from django.test import Client

from fce.recherche.question import correspondances
from tests.recherche.univers import Univers

pytestmark = pytest.mark.django_db
AVANT = {"nomenclature_activite_principale": "NAFRev2", "activite_principale": "10.71C"}


def page(client: Client, suite: str = "") -> str:
    reponse = client.get(f"/naf-2025{suite}")
    assert reponse.status_code == 200
    return reponse.content.decode()


def test_each_reader_reads_what_changes_for_him_and_what_the_register_bears(client: Client) -> None:
    univers = Univers()
    for n in range(3):
        univers.entreprise(f"PAIN {n}", **AVANT, activite_principale_naf25="10.71H")
    univers.entreprise("TOURTE", **AVANT, activite_principale_naf25="10.72Y")
    univers.indexer()
    html = page(client)
    for lecteur in ("cherchez une entreprise", "lisez une fiche", "téléchargez", "appelez l’API", "déposez", "dirigez"):
        assert lecteur in html
    assert "NAF rév. 2 : 4 entreprises en activité" in html
    assert "NAF 2025 : 10.71H, 75 % des unités" in html
    assert "NAF rév. 2 : 10.71C, 100 % des unités" in page(client, "?code=1071h")
    refusee = page(client, "?code=<b>")
    assert "n’est un code d’aucune des deux nomenclatures" in refusee
    assert "<b>" not in refusee


def test_a_day_of_both_codes_does_not_erase_what_a_stock_said() -> None:
    stock = [("10.71C", "10.71H", 75), ("10.71C", "10.72Y", 25), ("62.01Z", "62.10Y", 10)]
    jour = [("10.71C", "10.72Y", 1), ("47.24Z", "47.24Y", 2)]
    assert correspondances.les_plus_fournies(stock, jour) == [*stock[:2], jour[1], stock[2]]
    assert correspondances.les_plus_fournies([], jour) == jour
    assert correspondances.les_plus_fournies(stock, []) == stock
    autre = [("10.71C", "10.71H", 80), ("10.71C", "10.72Y", 20)]
    assert correspondances.les_plus_fournies(stock, autre)[:2] == autre  # counted alike: the latest
