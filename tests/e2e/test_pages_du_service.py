"""The pages that a public service owes, and the message that anyone may send it, by keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.test_personnages import lisible

pytestmark = pytest.mark.epreuve
QUINZE = (
    *("/", "/stats", "/budget", "/accessibilite", "/mentions-legales", "/donnees-personnelles", "/cgu", "/cookies"),
    *("/contact", "/aide", "/plan-du-site", "/sources", "/rejoindre", "/.well-known/security.txt", "/robots.txt"),
    *("/sitemap.xml", "/sante"),
)


@pytest.mark.parametrize("chemin", QUINZE)
def test_the_addresses_that_a_public_service_owes_answer_in_the_demonstration(
    fenetre: BrowserContext, chemin: str
) -> None:
    assert fenetre.request.get(chemin).status == 200


def test_a_message_is_written_and_followed_by_the_keyboard_alone(page: Page) -> None:
    page.goto("/contact")
    page.locator("#id_sujet").focus()
    page.keyboard.press("Tab")
    page.keyboard.type("Comment lire la date d’un bloc ?")
    page.keyboard.press("Tab")
    page.keyboard.type("personne@exemple.fr")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Message n°")
    expect(page.get_by_text("Votre message est envoyé")).to_be_visible()
    lisible(page)


def test_what_lacks_in_a_message_is_said_beside_its_field(page: Page) -> None:
    page.goto("/contact")
    page.evaluate("document.querySelector('main form').noValidate = true")
    page.get_by_role("button", name="Envoyer", exact=True).click()
    expect(page.locator(".fr-message--error").first).to_be_visible()
    lisible(page)
