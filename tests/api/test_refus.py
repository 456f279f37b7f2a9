"""A program is told what it asked wrong: nothing is ignored, cut or taken for another page."""

from html import unescape

import pytest
from django.test import Client

from fce.api import documentation
from fce.api.strict import attendus
from fce.api.v1 import api
from tests.recherche.univers import LYON, Univers

pytestmark = pytest.mark.django_db


@pytest.fixture
def univers(db: None) -> Univers:
    univers = Univers()
    for n in range(3):
        univers.entreprise(f"MOULIN {n}", LYON)
    univers.indexer()
    return univers


def refus(client: Client, chemin: str, **entetes: str) -> str:
    """The sentence of a refusal."""
    reponse = client.get(f"/api/v1/{chemin}", headers=entetes)
    assert reponse.status_code == 400, chemin
    erreur = reponse.json()["erreur"]
    assert erreur["code"] == "parametre_invalide"
    return str(erreur["message"])


@pytest.mark.usefixtures("univers")
@pytest.mark.parametrize(
    ("demande", "dit"),
    [
        ("", "Rien n’est demandé"), ("etat=tous", "Rien n’est demandé"), ("q=", "Rien n’est demandé"),
        ("vue=etablissements&siege=oui", "Rien n’est demandé"),
        ("q=moulin&page=501", "« page » va jusqu’à 500"), ("q=moulin&taille=100&page=101", "jusqu’à 100"),
        ("q=moulin&taille=1000", "taille (100 au plus)"), ("q=moulin&taille=0", "taille (1 au moins)"),
        ("q=moulin&page=0", "page (1 au moins)"), ("q=moulin&page=1_0", "« page » attend un nombre entier"),
        ("q=moulin&taille=%2B5", "« taille » attend un nombre entier"),
        ("q=moulin&department=59", "vouliez-vous dire « departement » ?"), ("q=moulin&utm_source=x", "n’existe pas"),
        ("q=moulin&affichage=tableau", "n’existe pas"), ("q=moulin&q=rien", "donné plusieurs fois"),
        ("lieu=nulle+part+ailleurs", "Aucun lieu ne correspond"),
    ],
)  # fmt: skip
def test_v11_a_search_says_what_it_cannot_answer(client: Client, demande: str, dit: str) -> None:
    assert dit in refus(client, f"recherche?{demande}")


def test_v11_the_sheets_and_the_deposits_refuse_alike(client: Client, univers: Univers) -> None:
    siren, siret = univers.unites[0]["siren"], univers.lieux[0]["siret"]
    assert "tiennent en 1 page" in refus(client, f"entreprises/{siren}?page=2")
    assert "page (1 au moins)" in refus(client, f"entreprises/{siren}?page=0")
    assert "vouliez-vous dire « finalite » ?" in refus(client, f"entreprises/{siren}?finalites=x")
    assert "n’existe pas" in refus(client, f"etablissements/{siret}?page=1")
    assert "n’existe pas" in refus(client, "depots?sources=x")
    assert "cette adresse n’en a pas" in refus(client, "depots/1?q=x")


def test_v11_every_operation_that_the_document_describes_is_controlled() -> None:
    decrites = {
        chemin.removeprefix("/api/v1/").strip("/"): {verbe.upper() for verbe in verbes}
        for chemin, verbes in api.get_openapi_schema()["paths"].items()
    }
    connues = attendus(api)
    assert {(chemin, verbe) for chemin, verbes in decrites.items() for verbe in verbes} == connues.keys()
    assert {"departement", "q", "idcc"} <= connues["recherche", "GET"].parametres.keys()


def test_v11_head_answers_wherever_get_does(client: Client, univers: Univers) -> None:
    siren, siret = univers.unites[0]["siren"], univers.lieux[0]["siret"]
    chemins = ("recherche?q=moulin", f"entreprises/{siren}", f"etablissements/{siret}", "openapi.json", "docs",
               "recherche?inconnu=1", "entreprises/123", "depots")  # fmt: skip
    for chemin in chemins:
        lu, tete = client.get(f"/api/v1/{chemin}"), client.head(f"/api/v1/{chemin}")
        assert tete.status_code == lu.status_code, chemin
        assert tete["Content-Type"] == lu["Content-Type"]
        assert not tete.content
    assert client.post("/api/v1/recherche?q=moulin").status_code == 405


def test_v11_an_unusable_number_is_said(client: Client, univers: Univers) -> None:
    lu = client.get("/api/v1/recherche?q=123456789").json()
    assert lu["total"] == 0
    assert "invalide" in lu["conseil"]


def test_v11_the_document_says_the_bounds_and_the_examples_obey_them(client: Client, univers: Univers) -> None:
    decrits = {
        p["name"]: p["schema"] for p in api.get_openapi_schema()["paths"]["/api/v1/recherche"]["get"]["parameters"]
    }
    assert (decrits["taille"]["minimum"], decrits["taille"]["maximum"], decrits["page"]["minimum"]) == (1, 100, 1)
    assert client.get(f"/api/v1/recherche?{documentation.RECHERCHE}").status_code == 200


def test_the_documentation_shows_what_anyone_is_answered_today(client: Client, univers: Univers) -> None:
    siren = univers.entreprise("MOULIN DES ESSAIS", categorie_entreprise="PME")
    univers.indexer()
    page = unescape(client.get("/api/v1/docs").content.decode())
    assert f"/api/v1/entreprises/{siren}" in page
    assert page.count("Réponse d’aujourd’hui") == 8
    assert '"siren": "' + siren in page
