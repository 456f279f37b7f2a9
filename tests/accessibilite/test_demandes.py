"""The pages of questions between services, as each side reads them: axe, width, keyboard."""

import json
import subprocess
import sys

import pytest
from playwright.sync_api import Page

from tests.accessibilite.test_axe import violations
from tests.accessibilite.test_fiche_pleine import RACINE, ouvrir

PAGES = (
    "reçues", "envoyées", "finalité", "demandeur", "destinataire", "conflit", "à confirmer", "question",
    "question refusée", "précisions", "question à confirmer",
)  # fmt: skip
GESTES = "main a, main button, main textarea, main select, main summary, main input:not([type=hidden])"


@pytest.fixture(scope="session")
def rendues(demonstration: dict[str, str]) -> dict[str, str]:
    """{page: its HTML for an agent of one side of the question}."""
    commande = [sys.executable, "-m", "tests.echanges.demandes.rendues"]
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


@pytest.mark.parametrize("nom", ["destinataire", "demandeur", "précisions"])
def test_all_that_is_done_is_reached_by_the_keyboard(page: Page, rendues: dict[str, str], nom: str) -> None:
    ouvrir(page, rendues[nom], 1280)
    page.evaluate("document.querySelectorAll('main details').forEach(d => { d.open = true; })")
    voulus = page.locator(GESTES).count()
    assert voulus > 15
    atteints = set()
    for _ in range(voulus + 60):
        page.keyboard.press("Tab")
        atteints.add(page.evaluate(f"[...document.querySelectorAll('{GESTES}')].indexOf(document.activeElement)"))
    assert set(range(voulus)) <= atteints
