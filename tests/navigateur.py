"""Debian's chromium, for the tests and for the pictures of the documentation."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from playwright.sync_api import Browser, Page, sync_playwright

NAVIGATEURS: Final = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The one without windows first: the same pages for half the work."""
OPTIONS: Final = (
    "--no-sandbox",  # the suite runs as root too
    "--disable-gpu",
    # No network of its own.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
ABSENT: Final = "chromium absent : apt-get install chromium-headless-shell"


CALME: Final = "() => document.readyState === 'complete' && !document.querySelector('.htmx-request')"


def attendre_les_blocs(page: Page, secondes: float = 30) -> None:
    """Until nothing is asked for any more by the page itself."""
    page.wait_for_function(CALME, timeout=secondes * 1000)


@contextmanager
def ouvrir() -> Iterator[Browser | None]:
    """A browser, None where no chromium is installed."""
    executable = next((chemin for nom in NAVIGATEURS if (chemin := shutil.which(nom))), None)
    if executable is None:
        yield None
        return
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=OPTIONS)
        yield chromium
        chromium.close()
