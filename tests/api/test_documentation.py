"""The pages of the API: what they show is what anyone is answered today, and their forms lead there without script."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import msgspec
import pytest
from django.test import Client

from fce.api.documentation import ESSAI_MAX
from fce.api.operations import LIGNES, Operation
from tests.recherche.univers import Univers

pytestmark = pytest.mark.django_db
ESSAI = "/api/v1/docs/essai"
MONTREES = {"/api/v1/docs": 8, "/api/recherche-entreprises/docs": 5}
"""{page: number of operations whose answer it shows}; the feed has no change to show here, a bulk file is too long."""


@pytest.fixture
def univers(db: None) -> Univers:
    univers = Univers()
    univers.entreprise("MOULIN DES ESSAIS", categorie_entreprise="PME")
    univers.indexer()
    return univers


def operations(client: Client, page: str) -> list[Operation]:
    lue = client.get(page)
    decrites: list[Operation] = lue.context["operations"]
    assert lue.content.decode().count("data-essai>") == len([o for o in decrites if o.essai])
    return decrites


def demander(client: Client, operation: Operation) -> Any:
    if operation.corps:
        return client.post(operation.exemple, operation.corps, content_type="application/json")
    return client.get(operation.exemple)


def essayer(client: Client, operation: Operation) -> Any:
    nom = "identifiants" if operation.corps else "adresse"
    return client.get(ESSAI, {nom: operation.essai}, follow=True)


@pytest.mark.usefixtures("univers")
@pytest.mark.parametrize("page", MONTREES)
def test_an_answer_shown_is_the_one_given_today(client: Client, page: str) -> None:
    montrees = [o for o in operations(client, page) if o.reponse]
    assert len(montrees) == MONTREES[page]
    for operation in montrees:
        reponse = demander(client, operation)
        assert reponse.status_code == 200, operation.exemple
        ecrites = msgspec.json.format(reponse.content, indent=2).decode().splitlines()
        assert operation.reponse.splitlines()[:LIGNES] == ecrites[:LIGNES], operation.exemple


@pytest.mark.usefixtures("univers")
@pytest.mark.parametrize("page", MONTREES)
def test_a_form_leads_to_the_answer_of_its_operation(client: Client, page: str) -> None:
    essayees = [o for o in operations(client, page) if o.essai]
    assert {o.chemin for o in operations(client, page) if not o.essai} <= {
        *("/api/v1/fichiers/entreprises.{genre}", "/api/v1/fichiers/etablissements.parquet"),  # gigabytes
        *(o.chemin for o in operations(client, page) if not o.exemple),  # reserved to producers
    }
    for operation in essayees:
        ouverte = essayer(client, operation)
        assert (ouverte.status_code, ouverte.content) == (200, demander(client, operation).content), operation.chemin


def test_a_form_shows_the_refusal_of_the_operation(client: Client) -> None:
    refus = client.get(ESSAI, {"adresse": "/api/v1/entreprises/123"}, follow=True)
    assert (refus.status_code, refus.json()["code"]) == (400, "identifiant_invalide")


@pytest.mark.parametrize(
    "adresse",
    [
        "",
        "https://ailleurs.example/api/v1/recherche",
        "//ailleurs.example/api/v1/",
        "/connexion",
        "/api/v1",
        "x/api/v1/",
    ],
)
def test_a_form_leads_nowhere_else(client: Client, adresse: str) -> None:
    refus = client.get(ESSAI, {"adresse": adresse})
    assert (refus.status_code, refus.json()["parametre"]) == (400, "adresse")
    assert "/api/v1/" in refus.json()["detail"]


def test_an_address_cannot_write_a_header(client: Client) -> None:
    mene = client.get(f"{ESSAI}?adresse={quote('/api/v1/recherche?q=x')}%0D%0ASet-Cookie:%20a=b")
    assert "Set-Cookie" not in mene.headers
    assert "\n" not in mene.headers.get("Location", "")


def test_a_batch_tried_here_is_small_and_answered_as_the_operation_does(client: Client) -> None:
    assert [x["issue"] for x in client.get(ESSAI, {"identifiants": "552032534 rien"}).json()["lignes"]] == [
        "inconnu",
        "invalide",
    ]
    refus = client.get(ESSAI, {"identifiants": "1 " * (ESSAI_MAX + 1)})
    assert (refus.status_code, refus.json()["parametre"]) == (400, "identifiants")


def test_p5_the_root_of_the_api_is_an_index_of_its_operations(client: Client) -> None:
    lue = client.get("/api/v1/").json()
    adresses = {operation["adresse"] for operation in lue["operations"]}
    assert {"/api/v1/recherche", "/api/v1/lot", "/api/v1/entreprises/{siren}"} <= adresses
    assert client.get(lue["documentation"]).status_code == client.get(lue["openapi"]).status_code == 200


@pytest.mark.parametrize(
    ("adresse", "methodes"),
    [("/api/v1/recherche", "GET, HEAD"), ("/api/v1/lot", "POST"), ("/reconcile", "GET, HEAD, POST")],
)
def test_p5_a_browser_asks_first_and_is_told_what_it_may_send(client: Client, adresse: str, methodes: str) -> None:
    reponse = client.options(adresse)
    assert (reponse.status_code, reponse["Access-Control-Allow-Methods"]) == (204, methodes)
    assert reponse["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in reponse
    assert "Authorization" not in reponse["Access-Control-Allow-Headers"]
    for ferme in ("/compte", "/api/v1/depots/bodacc"):
        assert "Access-Control-Allow-Methods" not in client.options(ferme)
