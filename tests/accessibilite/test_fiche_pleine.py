"""The sheet with every rubrique and its charts, as an agent with every right reads it: axe, zoom, keyboard."""

import re

import pytest
from playwright.sync_api import Page

from fce.demo.personnages import GROUPE
from fce.sources.rubriques import TITRES
from tests.accessibilite.habilite import FICHES
from tests.accessibilite.regards import deplier, ouvrir, rendues_par
from tests.navigateur import violations


@pytest.fixture(scope="session")
def habilitees(demonstration: dict[str, str]) -> dict[str, str]:
    """{sheet: its HTML for an agent with every right}."""
    return rendues_par("tests.accessibilite.habilite", demonstration)


def test_the_full_sheet_has_all_headings_curves_and_tables(habilitees: dict[str, str]) -> None:
    groupe = habilitees["entreprise"] + habilitees["établissement"]
    presentes = set(re.findall(r'<section class="fce-rubrique" id="([\w-]+)"', groupe))
    # Exchanges between services arrive with the accounts of agents.
    assert set(TITRES) - presentes <= {"echanges"}
    assert "<svg" in groupe
    assert "<table" in groupe


@pytest.mark.parametrize("largeur", [1280, 640, 390])
@pytest.mark.parametrize("nom", FICHES)
def test_no_violation(page: Page, habilitees: dict[str, str], nom: str, largeur: int) -> None:
    ouvrir(page, habilitees[nom], largeur)
    deplier(page)
    assert violations(page, tous_les_contrastes=largeur == 1280) == []


@pytest.mark.parametrize("nom", FICHES)
def test_zoomed_to_200_or_400_percent_the_full_sheet_scrolls_only_vertically(
    page: Page, habilitees: dict[str, str], nom: str
) -> None:
    # A window of 1 280 pixels zoomed twice, then four times, has as many left (WCAG 1.4.4 and 1.4.10).
    ouvrir(page, habilitees[nom], 640)
    deplier(page)
    assert debords(page) == []
    page.set_viewport_size({"width": 320, "height": 900})
    assert debords(page) == []


@pytest.mark.parametrize(
    "chemin",
    [
        "/sources",
        "/sources/marches-publics",
        "/api/v1/docs",
        "/nulle-part",
        "/entreprise/123456789",
        f"/entreprise/{GROUPE.siren}/marches-publics",
    ],
)
def test_other_pages_scroll_only_vertically(page: Page, chemin: str) -> None:
    page.goto(chemin)
    for largeur in (1280, 640, 320):
        page.set_viewport_size({"width": largeur, "height": 900})
        assert debords(page) == []


def test_text_alone_doubled_in_size_stays_in_the_page(page: Page, habilitees: dict[str, str]) -> None:
    ouvrir(page, habilitees["entreprise"], 1280)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert debords(page) == []


def test_everything_is_reached_by_keyboard_and_shows_its_focus(page: Page, habilitees: dict[str, str]) -> None:
    ouvrir(page, habilitees["établissement"], 1280)
    attendus = page.evaluate(
        """() => [...document.querySelectorAll('a[href], button, input, select, summary, [tabindex="0"]')]
              .filter(e => e.checkVisibility({visibilityProperty: true}) && !e.disabled).length"""
    )
    vus, invisibles = set(), []
    for _ in range(attendus + 20):
        page.keyboard.press("Tab")
        etat = page.evaluate(
            """() => {
              const e = document.activeElement;
              if (e === document.body) return null;
              e.dataset.vu ??= String(document.querySelectorAll('[data-vu]').length);
              const r = e.getBoundingClientRect();
              const trait = [null, '::before', '::after'].map(p => getComputedStyle(e, p))
                .some(s => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0);
              return [e.dataset.vu, trait && r.bottom > 0 && r.top < innerHeight, e.outerHTML.slice(0, 120)];
            }"""
        )
        if etat is None:
            break
        vus.add(etat[0])
        if not etat[1]:
            invisibles.append(etat[2])
    assert invisibles == []
    assert len(vus) >= attendus


def debords(page: Page) -> list[str]:
    """What is wider than the window and does not scroll in a box of its own."""
    return page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] :
          [...document.querySelectorAll('main *, header *, footer *')]
            .filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.fce-defilement, .fr-sr-only'))
            .map(e => e.outerHTML.slice(0, 140)).slice(0, 5)
            .concat(['largeur ' + document.documentElement.scrollWidth])"""
    )
