"""Every page of the service itself, as anyone, an agent, a data officer and the team read it: axe, width, keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.personnages import jouer
from tests.e2e.test_personnages import lisible
from tests.echantillon import chaque_jour

PUBLIQUES = (
    *("/a-propos", "/aide", "/faq", "/plan-du-site", "/contact", "/mentions-legales", "/cgu", "/donnees-personnelles"),
    *(
        "/cookies",
        "/accessibilite",
        "/securite",
        "/naf-2025",
        "/nouveautes",
        "/feuille-de-route",
        "/kit-de-communication",
    ),
    *("/rejoindre", "/rejoindre/dgfip", "/rejoindre/douane", "/producteurs", "/producteurs/dgfip"),
)
QUINZE = (
    *("/", "/stats", "/budget", "/accessibilite", "/mentions-legales", "/donnees-personnelles", "/cgu", "/cookies"),
    *("/contact", "/aide", "/plan-du-site", "/sources", "/rejoindre", "/.well-known/security.txt", "/robots.txt"),
    *("/sitemap.xml", "/sante"),
)
CONNECTEES = {
    "Inspectrice du travail": ("/contact", "/mes-messages", "/nouveautes", "/panel", "/rejoindre/essai"),
    "Responsable de données": ("/producteurs/dgfip/usages", "/rejoindre/essai/dgfip-chiffre-affaires"),
    "Équipe de la fiche commune": (
        *("/gestion", "/gestion/messages", "/gestion/messages/1", "/gestion/raccordements", "/gestion/raccordements/1"),
        *("/gestion/nouveautes", "/gestion/nouveautes/1", "/gestion/feuille-de-route", "/gestion/feuille-de-route/1"),
        *("/gestion/panel", "/gestion/textes", "/gestion/versions/nouveaute-1", "/gestion/bandeaux"),
    ),
}
_FOCALISABLES = "main a[href], main button, main input:not([type=hidden]), main textarea, main select"


@pytest.mark.parametrize("chemin", QUINZE)
def test_the_addresses_that_a_public_service_owes_answer_in_the_demonstration(
    fenetre: BrowserContext, chemin: str
) -> None:
    assert fenetre.request.get(chemin).status == 200


@pytest.mark.parametrize("chemin", chaque_jour(PUBLIQUES, sur=8))
def test_no_violation_on_a_public_page_on_a_desk_and_on_a_phone(page: Page, chemin: str) -> None:
    page.goto(chemin)
    lisible(page)


@pytest.mark.parametrize("fonction", chaque_jour([*CONNECTEES], sur=3))
def test_no_violation_on_the_pages_of_a_signed_in_reader(agent: Page, fonction: str) -> None:
    jouer(agent, fonction, CONNECTEES[fonction][0])
    for adresse in CONNECTEES[fonction]:
        reponse = agent.goto(adresse)
        assert reponse is not None
        assert reponse.status == 200, adresse
        lisible(agent)


@pytest.mark.parametrize("chemin", ["/contact", "/rejoindre", "/aide"])
@pytest.mark.parametrize("largeur", chaque_jour([390, 1280], sur=2))
def test_all_that_is_done_on_a_page_is_reached_by_the_keyboard(page: Page, chemin: str, largeur: int) -> None:
    page.set_viewport_size({"width": largeur, "height": 900})
    page.goto(chemin)
    voulus = page.locator(_FOCALISABLES).count()
    atteints = set()
    for _ in range(voulus + 60):
        page.keyboard.press("Tab")
        rang = page.evaluate(f"[...document.querySelectorAll('{_FOCALISABLES}')].indexOf(document.activeElement)")
        atteints.add(rang)
    assert set(range(voulus)) <= atteints


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
