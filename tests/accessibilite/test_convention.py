"""The pages of the agreement and of the budget: axe, width, keyboard."""

import pytest
from playwright.sync_api import Page, expect

from tests.accessibilite.regards import atteindre_au_clavier, regarder, rendues_par
from tests.accessibilite.test_fiche_pleine import ouvrir
from tests.echantillon import chaque_jour

PAGES = (
    "budget vide", "liste vide", "budget", "liste", "nouvelle", "nouvelle, refusée", "situation", "modifier", "fin",
    "état", "livre", "engagement", "engagement refusé", "paiement", "annulation", "marches", "avenants", "previsions",
    "formalites", "avancement", "comites", "avis", "comité prévu", "comité tenu", "dossier", "question", "décision",
)  # fmt: skip


@pytest.fixture(scope="session")
def rendues(demonstration: dict[str, str]) -> dict[str, str]:
    """{page: its HTML for who may read it}."""
    return rendues_par("tests.convention.rendues", demonstration)


def test_each_page_is_looked_at(rendues: dict[str, str]) -> None:
    assert set(rendues) == set(PAGES)


@pytest.mark.parametrize("nom", chaque_jour(PAGES, sur=10))
def test_no_violation_and_nothing_wider_than_the_screen(page: Page, rendues: dict[str, str], nom: str) -> None:
    regarder(page, rendues[nom])


@pytest.mark.parametrize("nom", chaque_jour(["livre", "budget", "engagement refusé", "comites", "état"], sur=3))
def test_all_that_is_done_is_reached_by_the_keyboard(page: Page, rendues: dict[str, str], nom: str) -> None:
    assert atteindre_au_clavier(page, rendues[nom]) >= 3


def test_a_printed_statement_has_no_form_nor_menu(page: Page, rendues: dict[str, str]) -> None:
    ouvrir(page, rendues["état"], 1280)
    page.emulate_media(media="print")
    expect(page.locator("main form")).not_to_be_visible()
    expect(page.get_by_role("navigation", name="Convention")).not_to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
