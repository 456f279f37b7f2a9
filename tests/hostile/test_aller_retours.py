"""The number of database round trips of each page is a rule: sheet ≤ 4, results ≤ 3, whatever they show."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.donnees.entreprises import fabrique
from tests.recherche.univers import Univers

pytestmark = pytest.mark.django_db(transaction=True)


def allers_retours(client: Client, adresse: str) -> int:
    with CaptureQueriesContext(connection) as capture:
        assert client.get(adresse).status_code == 200
    return len(capture)


@pytest.fixture
def peuple(univers: Univers) -> str:
    siren = ""
    for n in range(40):
        siren = univers.entreprise(f"ATELIER {n}")
    univers.indexer()
    return siren


def test_results_take_three_round_trips_at_most(client: Client, peuple: str):
    assert allers_retours(client, "/recherche?q=atelier") <= 3
    assert allers_retours(client, "/recherche?q=atelier&vue=etablissements&etat=tous&departement=59") <= 3
    assert allers_retours(client, "/api/v1/recherche?q=atelier") <= 3
    assert allers_retours(client, "/recherche/suggestions?q=ateli") <= 3


def test_a_sheet_takes_four_round_trips_at_most(client: Client, peuple: str):
    siret = fabrique.siret_no(peuple)
    assert allers_retours(client, f"/entreprise/{peuple}") <= 4
    assert allers_retours(client, f"/etablissement/{siret}") <= 4
    assert allers_retours(client, f"/api/v1/entreprises/{peuple}") <= 4
