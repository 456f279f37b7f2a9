"""Pages that another process renders, and how they are looked at: axe, width, keyboard."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import Page

from tests.demonstration import MODELE, copier
from tests.dossiers import TEMPORAIRES
from tests.navigateur import attendre_les_blocs, violations

RACINE = Path(__file__).resolve().parents[2]
_GESTES = "main a, main button, main textarea, main select, main summary, main input:not([type=hidden])"
_A_ATTEINDRE = f"""() => {{
  window.aAtteindre = new Set([...document.querySelectorAll('{_GESTES}')].filter(e => e.checkVisibility()));
  document.addEventListener("focusin", e => aAtteindre.delete(e.target));
  return aAtteindre.size;
}}"""
_PAS = 10
SUPPORT = "/robots.txt"
"""What the site answers in fewest words."""


def rendues_par(module: str, demonstration: Mapping[str, str], delai: int = 120) -> dict[str, str]:
    """{page: its HTML} that ``python -m module`` prints in the environment of a demonstration, once for a whole run.

    In a folder of its own: in that of ``demonstration``, whoever has signed in meanwhile would be there twice.
    """
    gardees = Path(os.environ[MODELE], f"{module}.json")
    with open(f"{gardees}.verrou", "w") as verrou:
        fcntl.flock(verrou, fcntl.LOCK_EX)
        if not gardees.exists():
            dossier = TEMPORAIRES / f"fce-rendues-{os.getpid()}-{module}"
            copier(dossier)
            env = {**demonstration, "FCE_DATA_DIR": str(dossier)}
            commande = [sys.executable, "-m", module]
            fini = subprocess.run(commande, cwd=RACINE, env=env, capture_output=True, text=True, timeout=delai)
            assert fini.returncode == 0, fini.stderr
            shutil.rmtree(dossier)
            gardees.write_text(fini.stdout.splitlines()[-1], encoding="utf-8")
    lues: dict[str, str] = json.loads(gardees.read_text(encoding="utf-8"))
    return lues


def ouvrir(page: Page, html: str, largeur: int) -> None:
    """Show ``html`` in the site itself: its policy, which what is written in one of its documents keeps, its styles and
    its scripts, read once for all that a test shows (a route of playwright's has them read for each)."""
    page.set_viewport_size({"width": largeur, "height": 900})
    if not page.url.endswith(SUPPORT):
        page.goto(SUPPORT)
    page.set_content(html)
    attendre_les_blocs(page)


def regarder(page: Page, html: str) -> None:
    """No violation, and nothing wider than the screen, on a desk and on a phone, all that unfolds unfolded."""
    ouvrir(page, html, 1280)
    for largeur in (1280, 390):
        page.set_viewport_size({"width": largeur, "height": 900})
        deplier(page)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= largeur


def atteindre_au_clavier(page: Page, html: str) -> int:
    """All that may be done on a page is reached by the keyboard; return how many things that is."""
    ouvrir(page, html, 1280)
    deplier(page)
    voulus = int(page.evaluate(_A_ATTEINDRE))
    # Asking at each key which one has the focus would take longer than the keys.
    for _ in range(0, 3 * voulus + 60, _PAS):
        for _ in range(_PAS):
            page.keyboard.press("Tab")
        if not page.evaluate("aAtteindre.size"):
            break
    assert page.evaluate("[...aAtteindre].map(e => e.outerHTML.slice(0, 120))") == []
    return voulus


def deplier(page: Page) -> None:
    """Unfold all that the page itself folds."""
    page.evaluate("document.querySelectorAll('main details').forEach(d => { d.open = true; })")
