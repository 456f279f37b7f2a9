"""The pages of which the demonstration has no example, as those who may read them do: axe, width, keyboard."""

import pytest
from playwright.sync_api import Page, expect

from tests.accessibilite.regards import atteindre_au_clavier, ouvrir, regarder, rendues_par
from tests.accessibilite.scenes import SCENES

CLAVIER = {
    "echanges.demandes": ("destinataire", "demandeur", "précisions"),
    "echanges.operations": ("opération à venir",),
    "service.convention": ("livre", "budget", "engagement refusé", "comites", "état"),
}


@pytest.fixture
def rendues(demonstration: dict[str, str], piece: str) -> dict[str, str]:
    """{page: its HTML for who may read it}."""
    return rendues_par(f"tests.{piece}.rendues", demonstration)


@pytest.mark.parametrize("piece", SCENES)
def test_no_violation_and_nothing_wider_than_the_screen(page: Page, rendues: dict[str, str], piece: str) -> None:
    assert len(rendues) > 10
    for html in rendues.values():
        regarder(page, html)


@pytest.mark.parametrize(("piece", "nom"), [(piece, nom) for piece, noms in CLAVIER.items() for nom in noms])
def test_all_that_is_done_is_reached_by_the_keyboard(page: Page, rendues: dict[str, str], piece: str, nom: str) -> None:
    assert atteindre_au_clavier(page, rendues[nom]) >= 3


@pytest.mark.parametrize("piece", ["service.convention"])
def test_a_printed_statement_has_no_form_nor_menu(page: Page, rendues: dict[str, str], piece: str) -> None:
    ouvrir(page, rendues["état"], 1280)
    page.emulate_media(media="print")
    expect(page.locator("main form")).not_to_be_visible()
    expect(page.get_by_role("navigation", name="Convention")).not_to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
