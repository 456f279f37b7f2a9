"""The pages of the API on the demonstration: each example is tried by the keyboard, with and without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from fce.api.operations import LIGNES
from tests.navigateur import fenetre, violations

pytestmark = pytest.mark.epreuve
PAGES = {"/api/v1/docs": 8, "/api/recherche-entreprises/docs": 6}
"""{page: number of its forms}"""


def formulaires(page: Page) -> list[Locator]:
    return page.locator("form[data-essai]").all()


def noms(code: Locator) -> list[str]:
    """The beginnings of the lines of an answer: names and nesting, without values (a script writes 1.0 as 1)."""
    lignes = (code.text_content() or "").splitlines()
    return [ligne.partition('": ')[0] for ligne in lignes[: LIGNES - 1]]


@pytest.mark.parametrize("chemin", PAGES)
def test_an_example_is_answered_under_its_form_as_the_page_shows(page: Page, chemin: str) -> None:
    page.goto(chemin)
    assert len(formulaires(page)) == PAGES[chemin]
    for formulaire in formulaires(page):
        formulaire.get_by_role("textbox").press("Enter")
        expect(formulaire.get_by_role("status")).to_have_text("Réponse 200", timeout=30_000)
        recue = formulaire.locator("code")
        expect(recue).to_be_visible()
        montree = formulaire.locator("xpath=following-sibling::*[1][self::details]").locator("code")
        if montree.count():
            assert noms(recue) == noms(montree)
    assert violations(page) == []


def test_a_refusal_is_said_in_the_page(page: Page) -> None:
    page.goto("/api/v1/docs")
    champ = page.get_by_label("Adresse à essayer : Lire la fiche d’une entreprise", exact=True)
    champ.fill("/api/v1/entreprises/123")
    champ.press("Enter")
    expect(page.get_by_text("Réponse 400 : Ce numéro n’est pas un SIREN valide")).to_be_visible()
    champ.fill("/connexion")
    page.get_by_role("button", name="Essayer : Lire la fiche d’une entreprise", exact=True).click()
    expect(page.get_by_text("Réponse 400 : Donnez une adresse de cette API")).to_be_visible()


@pytest.mark.parametrize("chemin", PAGES)
def test_without_javascript_a_form_opens_the_answer(navigateur: Browser, adresse: str, chemin: str) -> None:
    contexte = fenetre(navigateur, adresse, java_script_enabled=False)
    try:
        page = contexte.new_page()
        for rang in range(PAGES[chemin]):
            page.goto(chemin)
            champ = formulaires(page)[rang].get_by_role("textbox")
            voulue = champ.input_value()
            with page.expect_response(lambda r: r.request.is_navigation_request() and r.status != 302) as recue:
                champ.press("Enter")
            assert recue.value.status == 200
            # A browser downloads the lines of the feed.
            assert recue.value.headers["content-type"].startswith(("application/json", "application/x-ndjson"))
            assert not voulue.startswith("/") or recue.value.url.endswith(voulue)
    finally:
        contexte.close()
