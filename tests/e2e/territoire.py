"""What is out of the ordinary in a territory, as the page of the Nord counts and lists it."""

from __future__ import annotations

import re
from typing import Final

from playwright.sync_api import Page

NORD: Final = "/territoire/departement/59"
EXCEPTIONS: Final = ".fce-exceptions-ici"
LIGNES: Final = "main table.fce-lignes--lieux tbody th > a"


def ouvrir_une_exception(page: Page, code: str, territoire: str = NORD) -> tuple[int, list[str]]:
    """(number shown, numbers of the lines that one click on it opens)."""
    page.goto(f"{territoire}?depuis=tout")
    # « pse » is also the beginning of another code.
    lien = page.locator(f"{EXCEPTIONS} :is(a[href*='exception={code}&'], a[href$='exception={code}'])").first
    if not lien.count():
        return 0, []
    nombre = int(re.sub(r"\D", "", lien.locator("strong").inner_text()))
    lien.click()
    page.wait_for_url(re.compile(f"exception={code}"))
    lignes: list[str] = []
    while True:
        lignes += [h.split("/")[-1] for h in page.locator(LIGNES).evaluate_all("e => e.map(x => x.pathname)")]
        suivante = page.get_by_role("link", name="Suivante")
        if not suivante.count():
            return nombre, lignes
        suivante.click()
        page.wait_for_load_state()
