"""The demonstration as ``make demo`` serves it: its pages, its identity provider, its stand-in of API Entreprise."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import Page

from tests.e2e.serveur import OUVERTS, lancer


@pytest.fixture(scope="session")
def demonstration_servie(demonstration: dict[str, str]) -> str:
    """Address of the demonstration with people to play, for those who read."""
    return OUVERTS.enter_context(servir(demonstration))


def servir(demonstration: dict[str, str], entreprises: int = 300) -> AbstractContextManager[str]:
    """Serve a folder with its people to play; ``entreprises``: how many it was made with."""
    # One process serves: it starts sooner, and one browser asks.
    env = {n: v for n, v in demonstration.items() if n != "FCE_ADRESSE_PUBLIQUE"} | {"FCE_TRAVAILLEURS": "1"}
    return lancer(env, "demo", "--entreprises", str(entreprises), "--servir")


@pytest.fixture
def agent(page: Page) -> Page:
    """The page where someone of the demonstration signs in: nobody is yet."""
    return page


_SESSIONS: dict[str, list[Any]] = {}
"""{who: the cookies of her session}: she signs in once for all the tests that only read as her."""


def jouer(page: Page, fonction: str, suite: str = "/", *, neuve: bool = False) -> None:
    """Be signed in, on ``suite``, as one of the people of the demonstration. The first time, with one click.

    ``neuve``: in a session of one's own, for who will end it or write in it (the purpose that she confirms).
    """
    if fonction in _SESSIONS and not neuve:
        page.context.add_cookies(_SESSIONS[fonction])
        page.goto(suite)
    else:
        page.goto(f"/connexion?suite={quote(suite)}")
        page.get_by_role("button", name=fonction).click()
        page.wait_for_load_state()
    page.get_by_role("navigation", name="Compte").locator("summary").wait_for()
    assert urlsplit(page.url).path == urlsplit(suite).path, "l'adresse voulue n'est pas de celles où l'on revient"
    if not neuve:
        _SESSIONS[fonction] = [temoin for temoin in page.context.cookies() if temoin["name"].startswith("fce")]
