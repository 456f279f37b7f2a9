"""The pages of the agreement and of the budget: axe, width, keyboard."""

import json
import subprocess
import sys

import pytest
from playwright.sync_api import Page

from tests.accessibilite.test_fiche_pleine import RACINE, ouvrir
from tests.navigateur import violations

PAGES = (
    "budget vide", "liste vide", "budget", "liste", "nouvelle", "nouvelle, refusée", "situation", "modifier", "fin",
    "état", "livre", "engagement", "engagement refusé", "paiement", "annulation", "marches", "avenants", "previsions",
    "formalites", "avancement", "comites", "avis", "comité prévu", "comité tenu", "dossier", "question", "décision",
)  # fmt: skip
CE_QUI_S_ATTEINT = "main a, main button, main textarea, main select, main input:not([type=hidden])"


@pytest.fixture(scope="session")
def rendues(demonstration: dict[str, str]) -> dict[str, str]:
    """{page: its HTML for who may read it}."""
    commande = [sys.executable, "-m", "tests.convention.rendues"]
    fini = subprocess.run(commande, cwd=RACINE, env=demonstration, capture_output=True, text=True, timeout=120)
    assert fini.returncode == 0, fini.stderr
    lues: dict[str, str] = json.loads(fini.stdout)
    return lues


def test_each_page_is_looked_at(rendues: dict[str, str]) -> None:
    assert set(rendues) == set(PAGES)


@pytest.mark.parametrize("nom", PAGES)
def test_no_violation_and_nothing_wider_than_the_screen(page: Page, rendues: dict[str, str], nom: str) -> None:
    ouvrir(page, rendues[nom], 1280)
    for largeur in (1280, 390):
        page.set_viewport_size({"width": largeur, "height": 900})
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= largeur


@pytest.mark.parametrize("nom", ["budget", "livre", "engagement refusé", "comites", "état"])
def test_all_that_is_done_is_reached_by_the_keyboard(page: Page, rendues: dict[str, str], nom: str) -> None:
    ouvrir(page, rendues[nom], 1280)
    visibles = f"[...document.querySelectorAll('{CE_QUI_S_ATTEINT}')].filter(e => e.checkVisibility())"
    voulus = page.evaluate(f"{visibles}.length")
    atteints = set()
    for _ in range(3 * voulus + 40):
        page.keyboard.press("Tab")
        atteints.add(page.evaluate(f"{visibles}.indexOf(document.activeElement)"))
    assert set(range(voulus)) <= atteints


def test_a_printed_statement_has_no_form_nor_menu(page: Page, rendues: dict[str, str]) -> None:
    ouvrir(page, rendues["état"], 1280)
    page.emulate_media(media="print")
    assert not page.locator("main form").is_visible()
    assert not page.get_by_role("navigation", name="Convention").is_visible()
    assert page.get_by_role("heading", level=1).is_visible()
