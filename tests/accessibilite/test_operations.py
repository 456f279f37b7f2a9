"""The pages of joint operations, as their services read them: axe, width, keyboard."""

import json
import subprocess
import sys

import pytest
from playwright.sync_api import Page

from tests.accessibilite.test_axe import violations
from tests.accessibilite.test_fiche_pleine import RACINE, ouvrir

PAGES = (
    "liste", "création", "création refusée", "finalité", "opération à venir", "opération", "impression", "modifier",
    "clore", "cible", "cible, conflit",
)  # fmt: skip


@pytest.fixture(scope="session")
def rendues(demonstration: dict[str, str]) -> dict[str, str]:
    """{page: its HTML for an agent of a service of the operation}."""
    commande = [sys.executable, "-m", "tests.echanges.operations.rendues"]
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
        page.evaluate("document.querySelectorAll('main details').forEach(d => { d.open = true; })")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= largeur


def test_all_that_is_done_on_an_operation_is_reached_by_the_keyboard(page: Page, rendues: dict[str, str]) -> None:
    ouvrir(page, rendues["opération à venir"], 1280)
    page.evaluate("document.querySelectorAll('main details').forEach(d => { d.open = true; })")
    voulus = page.locator("main a, main button, main textarea, main select, main summary").count()
    atteints = set()
    for _ in range(voulus + 40):
        page.keyboard.press("Tab")
        rang = page.evaluate(
            "[...document.querySelectorAll('main a, main button, main textarea, main select, main summary')]"
            ".indexOf(document.activeElement)"
        )
        atteints.add(rang)
    assert set(range(voulus)) <= atteints
