"""Home, legal pages, error pages, old addresses."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from fce.donnees.imports import selectors as sources_en_place
from tests.service.portail.pages import verifier


@dataclass
class Importation:
    total: int = 29_876_543
    ecartees: int = 12
    date_metier: date | None = date(2026, 10, 31)


@dataclass
class Version:
    en_place: Importation
    depuis: datetime = datetime(2026, 11, 2, tzinfo=UTC)


@pytest.fixture
def en_place(monkeypatch: pytest.MonkeyPatch):
    def poser(**versions: Version) -> None:
        monkeypatch.setattr(
            sources_en_place, "versions", lambda: {nom.replace("_", "-"): v for nom, v in versions.items()}
        )

    return poser


def test_the_home_page_has_a_large_box_and_the_figures_of_the_database(client: Client, en_place) -> None:
    en_place(sirene_unites_legales=Version(Importation()))
    html = client.get("/").content.decode()
    verifier(html)
    assert html.count('name="q"') == 1
    assert "29\u202f876\u202f543" in html
    assert "au 31/10/2026" in html


def test_the_home_page_of_an_empty_database_says_so(client: Client, en_place) -> None:
    en_place()
    assert "Aucune donnée n’est encore importée" in client.get("/").content.decode()


@pytest.mark.parametrize(
    ("ancienne", "nouvelle", "status"),
    [
        ("/enterprise/732829320", "/entreprise/732829320", 301),
        ("/establishment/73282932000074", "/etablissement/73282932000074", 301),
        ("/statistics", "/stats", 302),
        ("/donnees", "/sources", 301),
        ("/producteurs/", "/producteurs", 301),
        ("/recherche/?q=moulin", "/recherche?q=moulin", 301),
    ],
)
def test_former_and_guessed_addresses_lead_to_their_page(
    client: Client, ancienne: str, nouvelle: str, status: int
) -> None:
    reponse = client.get(ancienne)
    assert (reponse.status_code, reponse.headers["Location"]) == (status, nouvelle)


@pytest.mark.django_db
def test_a_hostile_old_address_does_not_lead_elsewhere(client: Client) -> None:
    assert client.get("/enterprise//evil.example/x").headers["Location"].startswith("/entreprise/")
    for adresse in ("//evil.example/", "//sources/", "/nulle-part/", "/sources//", "/%2F/evil.example/"):
        reponse = client.get("/", PATH_INFO=adresse)
        assert reponse.status_code == 404 or reponse.headers["Location"] == "/sources", adresse
    assert "Location" not in client.post("/producteurs/").headers


def test_an_unknown_address_has_its_page_and_its_search_box(client: Client) -> None:
    reponse = client.get("/nulle-part")
    assert reponse.status_code == 404
    html = reponse.content.decode()
    verifier(html)
    assert 'name="q"' in html


@pytest.mark.parametrize("adresse", ["/", "/sources", "/recherche?q=x", "/entreprise/732829320"])
def test_pages_answer_only_to_reading(client: Client, adresse: str) -> None:
    assert client.post(adresse).status_code == 405
