"""On a phone: the search above, four gestures under the thumb, the tabs in a sheet that they open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from tests.acces.acteurs import Joue, anonyme, habilite
from tests.fiche.jeux import SIREN, SIRET
from tests.navigateur import attendre_les_blocs, exiger, fenetre, violations

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("inventees")]
FICHE = f"/entreprise/{SIREN}"
TELEPHONE = {"width": 390, "height": 844}
ZOOM = {"width": 640, "height": 450}
"""1280 × 900 at 200 %."""
CACHES = """() => {
  const barre = document.querySelector(".fce-gestes").getBoundingClientRect();
  const caches = [];
  for (const e of document.querySelectorAll("main a[href], main summary, main select, main input, footer a[href]")) {
    if (!e.checkVisibility() || e.closest(".fce-gestes, [hidden]")) continue;
    e.focus();
    const boite = e.getBoundingClientRect();
    if (boite.bottom > barre.top + 1) caches.push(e.textContent.trim());
  }
  return caches;
}"""
"""What takes the focus under the bar."""


def pouces(client: Client, page: str = FICHE) -> list[str]:
    """The gestures of the bar that the server writes."""
    return re.findall(r'class="[^"]*fce-pouce--([a-z-]+)"', client.get(page).content.decode())


def test_p12_the_bar_holds_only_what_the_reader_may_do() -> None:
    for page in (FICHE, f"{FICHE}/finances", f"/etablissement/{SIRET}"):
        assert pouces(anonyme().client, page) == ["rubriques", "plus"], page
    assert pouces(habilite("inspection-travail").client) == ["noter", "annoncer", "rubriques", "plus"]
    assert pouces(habilite("inspection-travail", mfa=False).client) == ["noter", "rubriques", "plus"]


def test_p12_a_gesture_out_of_the_bar_is_in_its_menu() -> None:
    html = habilite("inspection-travail").client.get(FICHE).content.decode()
    menu = html.partition("fce-plus-d-actions")[2].partition("</details>")[0]
    assert f'<li class="fce-etroit"><a class="fr-link fr-link--sm" href="{FICHE}/note"' in menu
    assert "Noter une visite" not in menu


@pytest.fixture
def joue(inventees: None) -> Joue:
    return habilite("inspection-travail")


@pytest.fixture
def navigateur(joue: Joue, live_server: Any, settings: Any) -> Iterator[Browser]:
    settings.FCE_BASE_CONNEXIONS = 8
    with exiger() as chromium:
        yield chromium


def ouvrir(navigateur: Browser, live_server: Any, joue: Joue, adresse: str, **options: Any) -> Page:
    page = fenetre(navigateur, live_server.url, joue.client, **({"viewport": TELEPHONE} | options)).new_page()
    page.goto(adresse)
    # Without scripts, what is loaded afterwards never is: the counts of the bar.
    if options.get("java_script_enabled", True):
        attendre_les_blocs(page)
    return page


@pytest.mark.epreuve
def test_p12_rubriques_opens_the_groups_by_keyboard_and_esc_closes_them(
    navigateur: Browser, live_server: Any, joue: Joue
) -> None:
    page = ouvrir(navigateur, live_server, joue, FICHE)
    bouton, feuille = page.get_by_role("button", name="Rubriques"), page.locator("#rubriques")
    expect(feuille).to_be_hidden()
    for touche in ("Enter", " "):
        bouton.focus()
        page.keyboard.press(touche)
        expect(feuille).to_be_visible()
        expect(bouton).to_have_attribute("aria-expanded", "true")
        assert page.evaluate("document.activeElement.closest('#rubriques') !== null")
        page.keyboard.press("Escape")
        expect(feuille).to_be_hidden()
        expect(bouton).to_be_focused()
        expect(bouton).to_have_attribute("aria-expanded", "false")
    bouton.click()
    assert feuille.locator("h2").count() >= 3
    assert feuille.locator("li a span").count() >= 3
    liens = page.locator("#rubriques a, .fce-pouce").filter(visible=True)
    assert min(boite["height"] for boite in liens.evaluate_all("l => l.map(e => e.getBoundingClientRect())")) >= 44
    assert violations(page) == []
    # A tab takes the place of the other, and its sheet is put away.
    feuille.get_by_role("link", name="Historique").click()
    page.wait_for_url(f"**{FICHE}/historique")
    expect(feuille).to_be_hidden()
    assert page.locator("#rubriques a[aria-current]").count() == 1


@pytest.mark.epreuve
def test_p12_the_sheet_of_rubriques_needs_no_script(navigateur: Browser, live_server: Any, joue: Joue) -> None:
    page = ouvrir(navigateur, live_server, joue, f"{FICHE}/finances", java_script_enabled=False)
    feuille = page.locator("#rubriques")
    expect(feuille).not_to_be_visible()
    page.locator("#ouvrir-rubriques").click()
    expect(feuille.get_by_role("link", name="Historique")).to_be_visible()
    feuille.get_by_role("link", name="Fermer").click()
    expect(feuille).not_to_be_visible()
    page.locator(".fce-pouce--plus").click()
    expect(page.get_by_role("link", name="Note de préparation")).to_be_visible()


@pytest.mark.epreuve
def test_p12_the_bar_covers_neither_the_end_of_the_page_nor_the_focus(
    navigateur: Browser, live_server: Any, joue: Joue
) -> None:
    page = ouvrir(navigateur, live_server, joue, f"{FICHE}/historique")
    barre = page.locator(".fce-gestes")
    assert barre.evaluate("e => getComputedStyle(e).position") == "fixed"
    assert page.evaluate(CACHES) == []
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    assert page.locator("footer").evaluate("e => e.getBoundingClientRect().bottom") <= barre.bounding_box()["y"] + 1  # type: ignore[index]
    assert page.locator("#q").bounding_box()["y"] < 60  # type: ignore[index]
    page.emulate_media(media="print")
    expect(barre).to_be_hidden()
    page.emulate_media(media="screen")
    page.set_viewport_size(ZOOM)  # type: ignore[arg-type]
    for fixe in (".fce-gestes", ".fce-entete", ".fce-tete__nom"):
        assert page.locator(fixe).evaluate("e => getComputedStyle(e).position") == "static", fixe
    assert page.evaluate("document.documentElement.scrollWidth") <= ZOOM["width"]


def test_p7_the_whole_sheet_has_the_head_of_a_tab_and_a_summary_of_its_rubriques() -> None:
    client = habilite("inspection-travail").client
    onglet, tout = (client.get(f"{FICHE}/{cle}").content.decode() for cle in ("finances", "tout"))
    alertes = re.compile(r'<section class="fce-alertes".*?</section>', re.S)
    assert alertes.findall(tout) == alertes.findall(onglet) != []
    assert "fr-alert--warning" not in tout
    sommaire = re.findall(r'<a href="#([a-z-]+)">', tout.partition("Sommaire</h2>")[2].partition("</nav>")[0])
    rubriques = re.findall(r'<section class="fce-rubrique" id="([a-z-]+)"', tout)
    assert sommaire == rubriques
    assert len(rubriques) > 5
    # Each one says what it holds before it is unfolded.
    assert len(re.findall(r'<details class="fce-pli" data-ouvert-si-large><summary>[^<]+<span', tout)) == len(rubriques)
    assert "fce-pli" not in onglet


@pytest.mark.epreuve
def test_p7_a_rubrique_of_the_whole_sheet_is_one_line_on_a_phone_and_open_elsewhere(
    navigateur: Browser, live_server: Any, joue: Joue
) -> None:
    page = ouvrir(navigateur, live_server, joue, f"{FICHE}/tout", java_script_enabled=False)
    origine = page.locator("#finances .fce-source").first
    expect(origine).not_to_be_visible()
    page.locator("#finances summary").first.click()
    expect(origine).to_be_visible()
    # The summary opens the one that it leads to.
    autre = page.locator("#agrements-labels .fce-source").first
    page.locator(".fce-menu a[href='#agrements-labels']").click()
    expect(autre).to_be_visible()
    for largeur, support in ((1280, "screen"), (680, "print")):
        page.set_viewport_size({"width": largeur, "height": 900})
        page.emulate_media(media=support)  # type: ignore[arg-type]
        pieds = page.locator(".fce-pli > p.fce-source:not(.fce-ecran), .fce-pli > h3")
        expect(pieds).not_to_have_count(0)
        # The browser unfolds at its next frame.
        expect(pieds.filter(visible=False)).to_have_count(0)


@pytest.mark.epreuve
def test_p7_the_whole_sheet_passes_axe_on_a_phone(navigateur: Browser, live_server: Any, joue: Joue) -> None:
    page = ouvrir(navigateur, live_server, joue, f"{FICHE}/tout")
    assert violations(page) == []
    page.locator("#finances summary").first.click()
    assert violations(page) == []
