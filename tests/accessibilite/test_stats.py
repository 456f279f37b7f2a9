"""``/stats`` for everyone: axe, keyboard, a phone, no JavaScript, and nothing asked of another host."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.accessibilite.regards import deplier
from tests.navigateur import attendre_les_blocs, violations


@pytest.mark.parametrize("largeur", [1280, 390])
def test_no_violation_wide_or_on_a_phone(page: Page, largeur: int) -> None:
    page.set_viewport_size({"width": largeur, "height": 900})
    page.goto("/stats")
    assert "données de démonstration" in page.inner_text("main")
    deplier(page)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_period_is_chosen_from_the_keyboard_and_the_focus_stays_there(page: Page) -> None:
    page.goto("/stats")
    lien = page.locator("#mois-3")
    lien.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/stats?mois=3")
    attendre_les_blocs(page)
    assert page.locator("#mois-3").get_attribute("aria-current") == "true"
    assert page.evaluate("document.activeElement.id") == "mois-3"
    assert violations(page) == []


def test_a_period_is_chosen_without_javascript(navigateur: Browser, adresse: str) -> None:
    contexte = navigateur.new_context(java_script_enabled=False, base_url=adresse)
    try:
        page = contexte.new_page()
        page.goto("/stats")
        page.click("#mois-6")
        assert page.url.endswith("/stats?mois=6")
        assert page.locator("#mois-6").get_attribute("aria-current") == "true"
    finally:
        contexte.close()


def test_nothing_is_asked_of_another_host(page: Page, adresse: str) -> None:
    hotes: set[str] = set()
    page.on("request", lambda demande: hotes.add(urlsplit(demande.url).netloc))
    for chemin in ("/", "/stats", "/avis", "/sources", "/mentions-legales", "/recherche?q=boulangerie"):
        page.goto(chemin)
        attendre_les_blocs(page)
    assert hotes - {""} == {urlsplit(adresse).netloc}
    assert {temoin["name"] for temoin in page.context.cookies()} <= {"fce-csrf", "fce", "vue", "affichage", "nombres"}
