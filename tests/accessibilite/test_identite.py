"""axe finds nothing on the pages of the demonstration's identity providers, which need a keyboard only."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, Page

from fce.demo.identite import serveur as identite
from tests.navigateur import violations

SITE = "http://127.0.0.1:8000"


@pytest.fixture(scope="module")
def serveur() -> Iterator[identite.Serveur]:
    with identite.en_marche(site=SITE) as serveur:
        yield serveur


@pytest.fixture
def page(navigateur: Browser) -> Iterator[Page]:
    contexte = navigateur.new_context(locale="fr-FR")
    yield contexte.new_page()
    contexte.close()


def adresse(serveur: identite.Serveur, cle: str, client_id: str = identite.CLIENT_ID) -> str:
    demande = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": f"{SITE}/connexion/{cle}/retour",
        "scope": "openid",
        "state": "s" * 32,
        "nonce": "n" * 32,
        "acr_values": "eidas1",
    }
    return f"{serveur.emetteurs[cle].adresse}/authorize?{urlencode(demande)}"


@pytest.mark.parametrize("largeur", [1280, 390])
@pytest.mark.parametrize(
    ("cle", "client_id"),
    [("proconnect", identite.CLIENT_ID), ("franceconnect", identite.CLIENT_ID), ("proconnect", "x")],
)
def test_no_violation(serveur: identite.Serveur, page: Page, cle: str, client_id: str, largeur: int) -> None:
    page.set_viewport_size({"width": largeur, "height": 900})
    page.goto(adresse(serveur, cle, client_id))
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= largeur


def test_the_keyboard_is_enough_to_choose(serveur: identite.Serveur, page: Page) -> None:
    page.goto(adresse(serveur, "proconnect"))
    page.keyboard.press("Tab")
    assert page.locator("a:focus").inner_text() == "Nathalie GALSDOREAU"
    # The service is not there to answer: that it is asked is enough.
    with page.expect_request(lambda demande: demande.url.startswith(SITE)) as retour:
        page.keyboard.press("Enter")
    assert urlsplit(retour.value.url).path == "/connexion/proconnect/retour"
    assert "code=" in retour.value.url
