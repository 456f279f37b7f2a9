"""The demonstration as ``make demo`` serves it: its pages, its identity provider, its stand-in of API Entreprise."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.e2e.serveur import FCE, _attendre, _port_libre


@pytest.fixture(scope="session")
def demonstration_servie(demonstration: dict[str, str]) -> Iterator[str]:
    """Address of the demonstration with people to play."""
    port = _port_libre()
    serveur = subprocess.Popen(
        [FCE, "demo", "--entreprises", "300", "--servir", "--port", str(port)],
        env={n: v for n, v in demonstration.items() if n != "FCE_ADRESSE_PUBLIQUE"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    racine = f"http://127.0.0.1:{port}"
    try:
        _attendre(racine, serveur)
        yield racine
    finally:
        serveur.send_signal(signal.SIGTERM)
        serveur.communicate(timeout=60)


@pytest.fixture
def scene(navigateur: Browser, demonstration_servie: str) -> Iterator[BrowserContext]:
    """A browser of one's own: nobody is signed in yet."""
    contexte = navigateur.new_context(
        base_url=demonstration_servie, viewport={"width": 1280, "height": 900}, locale="fr-FR"
    )
    yield contexte
    contexte.close()


@pytest.fixture
def agent(scene: BrowserContext) -> Iterator[Page]:
    """A page that tolerates no script error, no dialog and no violation of the CSP."""
    page = scene.new_page()
    fautes: list[str] = []
    page.on("pageerror", lambda erreur: fautes.append(f"erreur de script : {erreur}"))
    page.on("dialog", lambda dialogue: (fautes.append(f"dialogue : {dialogue.message}"), dialogue.dismiss()))
    page.on("console", lambda m: fautes.append(m.text) if "Content Security Policy" in m.text else None)
    yield page
    assert fautes == []


def jouer(page: Page, fonction: str, suite: str = "/") -> None:
    """Sign in as one of the people of the demonstration, with one click."""
    page.goto(f"/connexion?suite={suite}")
    page.get_by_role("button", name=fonction).click()
    page.wait_for_load_state()
    page.get_by_role("navigation", name="Compte").locator("summary").wait_for()
