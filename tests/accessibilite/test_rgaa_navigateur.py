"""Criteria of the RGAA that need a browser: what is seen, what takes the focus, what moves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from fce.demo.personnages import GROUPE, RESEAU
from fce.droits.comptes.menu import PREAVIS
from fce.droits.comptes.sessions import INACTIVITE
from tests.accessibilite.arbre import Page as Arbre
from tests.accessibilite.regards import deplier, ouvrir
from tests.accessibilite.sondes import NOMS, sonder
from tests.navigateur import attendre_les_blocs


@pytest.fixture(scope="module")
def sondees(fenetre: BrowserContext, sources: dict[str, str]) -> dict[str, dict[str, list[str]]]:
    """{page: {probe: what is wrong}}, of one page of every address."""
    page = fenetre.new_page()
    trouvees = {}
    for nom, html in sources.items():
        ouvrir(page, html, 1280)
        deplier(page)
        trouvees[nom] = sonder(page)
    page.close()
    return trouvees


@pytest.mark.parametrize("sonde", NOMS)
def test_what_a_page_shows(sondees: dict[str, dict[str, list[str]]], sonde: str) -> None:
    """RGAA 3.2, 3.3, 10.2, 10.4, 10.6, 10.7, 10.11, 10.12, 11.4, 13.7 and 13.8: see ``sondes``."""
    assert {nom: lue[sonde][:4] for nom, lue in sondees.items() if lue[sonde]} == {}


FAUTES = {
    "contrastes": '<p style="color:#999">pâle</p>',
    "composants": '<label for="c">Champ</label><input id="c" style="border:1px solid #ddd;background:#fff">',
    "liens": '<p>Un <a href="#" style="text-decoration:none">lien</a> dans un texte.</p>',
    "etiquettes": '<label for="c" style="display:block;margin-bottom:80px">Loin</label><input id="c">',
    "focus": '<button style="outline:none">Sans trait</button>',
    "espaces": '<p style="height:20px;line-height:1.1;overflow:hidden">Un texte à l’étroit</p>',
    "agrandi": '<p style="height:20px;overflow:hidden">Un texte</p>',
    "etroit": '<p style="width:500px">Large</p>',
}


@pytest.mark.parametrize("sonde", FAUTES)
def test_a_probe_sees_the_fault_it_looks_for(page: Page, sonde: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.set_content(f'<!doctype html><html lang="fr"><title>Essai</title><main><h1>Essai</h1>{FAUTES[sonde]}</main>')
    trouvees = sonder(page)
    assert trouvees[sonde], trouvees


@pytest.mark.parametrize("largeur", [1280, 390])
def test_the_first_key_offers_the_way_to_the_content(page: Page, pages: dict[str, Arbre], largeur: int) -> None:
    """RGAA 12.7: first of every page, seen when it has the focus, and it leads there."""
    for nom, arbre in pages.items():
        assert arbre.tous("a")[0].get("href") == "#contenu", nom
        assert "contenu" in arbre.par_id, nom
    page.set_viewport_size({"width": largeur, "height": 900})
    for chemin in ("/", "/recherche?q=boulangerie", "/stats", "/accessibilite", "/nulle-part"):
        page.goto(chemin)
        page.keyboard.press("Tab")
        lien = page.locator("a[href='#contenu']")
        assert lien.evaluate("e => e === document.activeElement"), chemin
        boite = lien.bounding_box()
        assert boite is not None, chemin
        assert boite["y"] >= 0, chemin
        assert boite["height"] > 10, chemin
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "contenu", chemin


def test_an_option_is_chosen_when_the_button_is_released_and_may_be_given_up(page: Page) -> None:
    """RGAA 13.11: pressed by mistake, one slides away and nothing is opened."""
    page.goto("/")
    page.locator("#q").press_sequentially("boulang")
    option = page.get_by_role("option").first
    option.hover()
    page.mouse.down()
    page.mouse.move(5, 5)
    page.mouse.up()
    assert page.evaluate("location.pathname") == "/"
    expect(page.locator("#q")).to_have_value("boulang")
    option.click()
    page.wait_for_url("**/entreprise/*")
    assert page.evaluate("location.pathname") != "/"


@pytest.mark.parametrize("chemin", ["/recherche?q=boulangerie", f"/entreprise/{RESEAU.siren}/etablissements"])
def test_changing_a_field_leaves_the_reader_where_he_is(page: Page, chemin: str) -> None:
    """RGAA 7.4: results come, the focus and the address of the page stay."""
    page.goto(chemin)
    attendre_les_blocs(page)
    depart, changes = page.evaluate("location.pathname"), 0
    for champ in page.locator("main select:visible, main input[type=radio]:visible").element_handles():
        nom = champ.get_attribute("id")
        if nom is None or not page.locator(f"[id='{nom}']").is_visible():
            continue
        page.locator(f"[id='{nom}']").focus()
        page.keyboard.press("ArrowDown")
        attendre_les_blocs(page)
        assert page.evaluate("location.pathname") == depart
        assert page.evaluate("document.activeElement.tagName") in ("SELECT", "INPUT"), nom
        changes += 1
    assert changes


def test_who_asks_for_other_rows_from_the_keyboard_stays_in_the_list(page: Page) -> None:
    """RGAA 12.8: what takes the place of what had the focus has it."""
    page.goto(f"/entreprise/{RESEAU.siren}/etablissements")
    attendre_les_blocs(page)
    page.locator("a[hx-get*='page=2']").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#liste-etablissements caption")).to_contain_text("page 2")
    expect(page.locator("#liste-etablissements")).to_be_focused()
    expect(page.locator("#annonce")).to_contain_text("établissements")


def test_a_session_says_that_it_will_end_while_it_may_still_be_kept(page: Page, sources: dict[str, str]) -> None:
    """RGAA 13.1, for the hour without activity: five minutes before, announced, and as often as asked."""
    page.clock.install()
    page.route("**/compte", lambda route: route.fulfill(body="gardée"))
    ouvrir(page, sources["/contact"], 1280)
    avis = page.get_by_role("alert").get_by_role("button", name="Rester connecté")
    assert timedelta(minutes=55) == INACTIVITE - PREAVIS
    for _ in range(2):
        page.clock.fast_forward("54:00")
        expect(avis).to_be_hidden()
        page.clock.fast_forward("01:01")
        expect(avis).to_be_visible()
        with page.expect_request("**/compte"):
            avis.click()
        expect(avis).to_be_hidden()
        expect(page.locator("#contenu")).to_be_focused()


@pytest.mark.parametrize("chemin", ["/", "/contact", "/stats"])
def test_the_keyboard_goes_through_a_page_and_back_without_a_trap(page: Page, chemin: str) -> None:
    """RGAA 12.9."""
    page.goto(chemin)
    attendre_les_blocs(page)
    for touche in ("Tab", "Shift+Tab"):
        vus: list[int] = []
        for _ in range(300):
            page.keyboard.press(touche)
            rang = page.evaluate("[...document.querySelectorAll('*')].indexOf(document.activeElement)")
            if page.evaluate("document.activeElement === document.body"):
                break
            vus.append(rang)
        assert page.evaluate("document.activeElement === document.body")
        assert len(vus) == len(set(vus))
        # One is led where the eyes are: in the order of the source.
        assert vus == sorted(vus, reverse=touche != "Tab")


@pytest.mark.parametrize(("largeur", "hauteur"), [(390, 844), (844, 390)])
def test_a_phone_is_held_either_way(page: Page, largeur: int, hauteur: int) -> None:
    """RGAA 13.9."""
    page.set_viewport_size({"width": largeur, "height": hauteur})
    for chemin in ("/", "/recherche?q=boulangerie", f"/entreprise/{GROUPE.siren}"):
        page.goto(chemin)
        attendre_les_blocs(page)
        expect(page.get_by_role("heading", level=1), chemin).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= largeur, chemin
