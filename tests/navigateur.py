"""Debian's chromium, for the tests and the screenshots of the documentation."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from fce.socle.postgres.grappe import HORLOGE

NAVIGATEURS: Final = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The headless shell first: same pages, half the work."""
OPTIONS: Final = (
    "--no-sandbox",  # the suite runs as root too
    "--disable-gpu",
    # No network access of its own.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
ABSENT: Final = "chromium absent : apt-get install chromium-headless-shell"


# Also wait for the requests htmx will send later (``load delay:…``).
CALME: Final = """() => document.readyState === 'complete' && !document.querySelector('.htmx-request')
  && [...document.querySelectorAll("[hx-trigger^='load']")].every(e => e["htmx-internal-data"]?.loaded)"""


def attendre_les_blocs(page: Page, secondes: float = 30) -> None:
    page.wait_for_function(CALME, timeout=secondes * 1000)


# Contrast checks take 90 % of axe's time on a sheet of two thousand similar cells. The result depends on style and
# background, so check only three texts with the same tags, classes, backgrounds and opacity from the root down, and the
# same letters; the drills check all.
SEMBLABLES: Final = """;(() => {
  const chemins = new Map();
  const chemin = element => {
    if (!element) return "";
    if (!chemins.has(element)) {
      const s = getComputedStyle(element);
      const fond = [s.backgroundColor, s.backgroundImage, s.opacity, s.filter, s.mixBlendMode, s.position];
      chemins.set(element, [chemin(element.parentElement), element.tagName, element.className, ...fond].join("|"));
    }
    return chemins.get(element);
  };
  const vus = new Map();
  for (const element of document.body.querySelectorAll("*")) {
    const dit = [...element.childNodes].some(n => n.nodeType === Node.TEXT_NODE && n.data.trim());
    element.removeAttribute("data-contraste");
    if (!dit && !element.matches("input, select, textarea, button")) continue;
    if (!element.checkVisibility({visibilityProperty: true})) continue;
    const s = getComputedStyle(element);
    const cle = [chemin(element), s.color, s.fontSize, s.fontWeight, s.textShadow, s.webkitTextStroke].join("|");
    const rang = (vus.get(cle) ?? 0) + 1;
    vus.set(cle, rang);
    if (rang <= 3) element.setAttribute("data-contraste", "");
  }
  axe.configure({rules: [{id: "color-contrast", selector: "[data-contraste]"}]});
  axe.parmiSemblables = true;
})()"""
DEJA_LA: Final = "() => window.axe?.parmiSemblables === true"
"""Whether axe is already in the document: avoids loading half a megabyte again."""


def violations(page: Page, *, tous_les_contrastes: bool = False) -> list[str]:
    """Violations found by axe, with their place; contrasts are sampled unless ``tous_les_contrastes``."""
    deja_la = not tous_les_contrastes and page.evaluate(DEJA_LA)
    axe = Axe(("" if deja_la else AXE_SCRIPT) + ("" if tous_les_contrastes else SEMBLABLES))
    # Omit the passed checks: twice as fast, two megabytes less on a full sheet.
    trouvees = axe.run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [f"{v['id']} : {v['help']} – {[n['html'][:120] for n in v['nodes'][:3]]}" for v in trouvees]


@contextmanager
def ouvrir() -> Iterator[Browser | None]:
    """A browser, or None without chromium."""
    executable = next((chemin for nom in NAVIGATEURS if (chemin := shutil.which(nom))), None)
    if executable is None:
        yield None
        return
    with sync_playwright() as playwright:
        # Without libfaketime, which chromium does not bear.
        propres = {nom: valeur for nom, valeur in os.environ.items() if nom not in HORLOGE}
        chromium = playwright.chromium.launch(executable_path=executable, args=OPTIONS, env=propres)
        yield chromium
        chromium.close()


@contextmanager
def exiger() -> Iterator[Browser]:
    """A browser for a test, skipped without chromium. Opened after the database is ready and closed before it is
    emptied: Django refuses to be called in its loop."""
    with ouvrir() as chromium:
        if chromium is None:
            pytest.skip(ABSENT)
        yield chromium


def fenetre(navigateur: Browser, adresse: str, client: Client | None = None, **options: Any) -> BrowserContext:
    """A window of 1280 pixels on a server, signed in as ``client``."""
    bureau = {"viewport": {"width": 1280, "height": 900}, "locale": "fr-FR"}
    contexte = navigateur.new_context(base_url=adresse, **(bureau | options))
    if client is not None:
        nom = settings.SESSION_COOKIE_NAME
        contexte.add_cookies([{"name": nom, "value": client.cookies[nom].value, "url": adresse}])
    return contexte


def surveiller(page: Page) -> list[str]:
    """Return the list that receives its script errors, its dialogs and its violations of the CSP."""
    fautes: list[str] = []
    page.on("pageerror", lambda erreur: fautes.append(f"erreur de script : {erreur}"))
    page.on("dialog", lambda dialogue: (fautes.append(f"dialogue : {dialogue.message}"), dialogue.dismiss()))
    page.on("console", lambda m: fautes.append(m.text) if "Content Security Policy" in m.text else None)
    return fautes


@contextmanager
def page_de(navigateur: Browser, adresse: str, client: Client | None = None) -> Iterator[Page]:
    """A page that tolerates none of that."""
    contexte = fenetre(navigateur, adresse, client)
    page = contexte.new_page()
    fautes = surveiller(page)
    yield page
    contexte.close()
    assert fautes == []
