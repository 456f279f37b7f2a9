"""The whole product as its users get it: ``fce demo`` in a folder of its own, then ``fce serve``, seen from chromium.

Nothing is shared with the database of the other tests. Used by ``tests/e2e`` and ``tests/accessibilite``.
"""

import os
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Final

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.config.serveur import port_libre
from tests.demonstration import FCE, copier, preparer
from tests.dossiers import dossier_court
from tests.navigateur import exiger, fenetre as ouvrir_une_fenetre, surveiller

DOSSIERS: Final = ("tests/e2e/", "tests/accessibilite/")
"""Whose tests look at the demonstration in a browser, and never at the database of the others."""
OUVERTS: Final = ExitStack()
"""The servers and the browser of these folders, as long as their tests go on in this process."""


def pytest_configure(config: pytest.Config) -> None:
    """As soon as these folders are collected: all their tests would wait for it together."""
    if not config.option.collectonly:
        preparer()


@pytest.fixture(scope="session")
def demonstration() -> dict[str, str]:
    """Environment of a folder that holds the demonstration universe (300 companies, the hand-made ones included), which
    tests read: who writes in it asks for ``dossier_de_demonstration``."""
    return OUVERTS.enter_context(dossier_de_demonstration("lue"))


@contextmanager
def dossier_de_demonstration(nom: str) -> Iterator[dict[str, str]]:
    with dossier_court(f"e2e-{nom}") as dossier:
        copier(dossier)
        yield {
            **{nom: valeur for nom, valeur in os.environ.items() if nom not in ("FCE_ROLE", "DATABASE_URL")},
            "FCE_DATA_DIR": str(dossier),
            # The tests ask for more in a minute, and read more companies, than people do.
            "FCE_DEBIT": "0",
            "FCE_VOLUMES": "100000/600",
        }


@pytest.fixture(scope="session")
def adresse(demonstration: dict[str, str]) -> str:
    """Address of a server on the demonstration universe."""
    return OUVERTS.enter_context(lancer(demonstration, "serve", "--travailleurs", "1"))


@contextmanager
def lancer(environnement: dict[str, str], *commande: str) -> Iterator[str]:
    """Address of a ``fce`` command that serves, once it answers."""
    port = port_libre()
    serveur = subprocess.Popen(
        [FCE, *commande, "--port", str(port)],
        env=environnement,
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


def _attendre(racine: str, serveur: subprocess.Popen[str]) -> None:
    for _ in range(600):  # a busy machine takes its time
        if serveur.poll() is not None:
            pytest.fail(f"le serveur s'est arrêté : {serveur.communicate()[0]}")
        try:
            with urllib.request.urlopen(f"{racine}/healthz", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail("le serveur ne répond pas")


@pytest.fixture(scope="session")
def navigateur() -> Browser:
    """A browser for all the tests of the folders that share it: it takes longer to start than most of them to pass."""
    return OUVERTS.enter_context(exiger())


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Closed before other tests, if some come after: as long as the browser is open, Django refuses to read the
    database in this thread."""
    if not item.nodeid.startswith(DOSSIERS):
        OUVERTS.close()


def pytest_sessionfinish() -> None:
    OUVERTS.close()


@pytest.fixture(scope="module")
def fenetre(navigateur: Browser, adresse: str) -> Iterator[BrowserContext]:
    """Kept for the file: styles and scripts are fetched once, as in the browser of anyone."""
    contexte = ouvrir_une_fenetre(navigateur, adresse, permissions=["clipboard-write"])
    yield contexte
    contexte.close()


def quitter(contexte: BrowserContext) -> None:
    """Close its pages and forget its cookies, all that the service leaves in a browser: nobody is signed in."""
    for page in contexte.pages:
        page.close()
    contexte.clear_cookies()


@pytest.fixture
def contexte(fenetre: BrowserContext) -> Iterator[BrowserContext]:
    yield fenetre
    quitter(fenetre)


@pytest.fixture
def page(contexte: BrowserContext) -> Iterator[Page]:
    """A page that tolerates no script error, no dialog and no violation of the CSP."""
    page = contexte.new_page()
    fautes = surveiller(page)
    yield page
    assert fautes == []
