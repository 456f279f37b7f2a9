"""The pages of questions between services, as each side reads them: axe, width, keyboard."""

import pytest
from playwright.sync_api import Page

from tests.accessibilite.regards import atteindre_au_clavier, regarder, rendues_par
from tests.echantillon import chaque_jour

PAGES = (
    "reçues", "envoyées", "finalité", "demandeur", "destinataire", "conflit", "à confirmer", "question",
    "question refusée", "précisions", "question à confirmer",
)  # fmt: skip


@pytest.fixture(scope="session")
def rendues(demonstration: dict[str, str]) -> dict[str, str]:
    """{page: its HTML for an agent of one side of the question}."""
    return rendues_par("tests.echanges.demandes.rendues", demonstration)


def test_each_page_is_looked_at(rendues: dict[str, str]) -> None:
    assert set(rendues) == set(PAGES)


@pytest.mark.parametrize("nom", chaque_jour(PAGES, sur=4))
def test_no_violation_and_nothing_wider_than_the_screen(page: Page, rendues: dict[str, str], nom: str) -> None:
    regarder(page, rendues[nom])


@pytest.mark.parametrize("nom", chaque_jour(["destinataire", "demandeur", "précisions"], sur=3))
def test_all_that_is_done_is_reached_by_the_keyboard(page: Page, rendues: dict[str, str], nom: str) -> None:
    assert atteindre_au_clavier(page, rendues[nom]) > 10
