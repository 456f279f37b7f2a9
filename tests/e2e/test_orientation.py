"""Small gestures that spare an agent the mouse and the scroll: Ctrl + K, Escape, files, sort, alarms on one click."""

from urllib.parse import quote_plus

import pytest
from playwright.sync_api import Page, expect

from fce.demo.personnages import GROUPE, RESEAU
from tests.e2e.personnages import jouer
from tests.navigateur import violations

pytestmark = pytest.mark.epreuve
TELEPHONE = {"width": 390, "height": 844}


@pytest.mark.parametrize("chemin", ["/recherche?q=boulangerie", f"/entreprise/{RESEAU.siren}", "/sources"])
def test_control_k_puts_the_cursor_in_the_search_and_a_key_alone_does_nothing(page: Page, chemin: str) -> None:
    page.goto(chemin)
    for seule in "/k?sq1":
        page.keyboard.press(seule)
        assert page.evaluate("document.activeElement.tagName") == "BODY"
    page.keyboard.press("Control+k")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("a/b")
    assert page.input_value("#q") == "a/b"


def test_escape_and_a_click_elsewhere_close_a_menu(page: Page) -> None:
    page.goto("/recherche?q=boulangerie")
    menu, bouton = page.locator("details.fce-telecharger"), page.locator("details.fce-telecharger > summary")
    bouton.click()
    expect(menu).to_have_attribute("open", "")
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(bouton).to_be_focused()
    bouton.click()
    page.locator("h1").click()
    expect(menu).not_to_have_attribute("open", "")


def test_escape_closes_the_menu_of_the_account(agent: Page) -> None:
    jouer(agent, "Inspectrice du travail")
    menu = agent.get_by_role("navigation", name="Compte").locator("details")
    menu.locator("summary").click()
    expect(menu).to_have_attribute("open", "")
    agent.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")


def test_on_a_phone_the_files_open_inwards(page: Page) -> None:
    page.set_viewport_size(TELEPHONE)
    page.goto("/recherche?q=boulangerie")
    page.locator("details.fce-telecharger > summary").click()
    boite = page.get_by_role("list", name="Télécharger tous les résultats").bounding_box()
    assert boite is not None
    assert boite["x"] >= 0
    assert boite["x"] + boite["width"] <= TELEPHONE["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE["width"]
    for lien in page.get_by_role("list", name="Télécharger tous les résultats").get_by_role("link").all():
        taille = lien.bounding_box()
        assert taille is not None
        assert taille["height"] >= 44


def test_a_sort_applies_at_once_without_a_button(page: Page) -> None:
    page.goto("/recherche?q=boulangerie")
    expect(page.get_by_role("button", name="Trier")).to_have_count(0)
    page.locator("#tri").focus()
    page.locator("#tri").select_option("nom")
    page.wait_for_url("**tri=nom*")
    noms = page.locator(".fce-resultat__titre > a").all_inner_texts()
    assert noms == sorted(noms)
    assert page.evaluate("document.activeElement.id") == "tri"


def test_results_lead_an_agent_to_the_alarms_of_his_territory_with_their_filters(agent: Page) -> None:
    jouer(agent, "Inspectrice du travail", f"/recherche?vue=entreprises&q={quote_plus(GROUPE.nom)}")
    agent.get_by_role("link", name="Alarmes du territoire").click()
    expect(agent.get_by_role("heading", level=1)).to_have_text("Nord (59)")
    expect(agent.get_by_role("list", name="Filtres actifs")).to_contain_text(GROUPE.nom, ignore_case=True)


@pytest.mark.parametrize("largeur", [1280, 390])
def test_axe_finds_nothing_on_the_home_of_an_agent_nor_among_the_alarms(agent: Page, largeur: int) -> None:
    agent.set_viewport_size({"width": largeur, "height": 900})
    jouer(agent, "Inspectrice du travail")
    assert violations(agent) == []
    agent.goto("/territoire/departement/59/alarmes")
    expect(agent.get_by_role("heading", level=1)).to_have_text("Nord (59)")
    expect(agent.get_by_role("table")).to_contain_text("Index égalité")
    assert violations(agent) == []
    agent.goto("/recherche?departement=59&vue=entreprises&tri=effectif")
    agent.get_by_role("link", name="Alarmes du territoire").click()
    expect(agent.get_by_role("table")).to_contain_text("Index égalité")
    assert violations(agent) == []
    assert agent.evaluate("document.documentElement.scrollWidth") <= largeur


def test_twenty_places_of_a_territory_fit_in_3500_pixels_of_a_phone(agent: Page) -> None:
    agent.set_viewport_size({"width": 390, "height": 844})
    jouer(agent, "Inspectrice du travail")
    for suite in ("", "?depuis=365", "?depuis=tout"):
        agent.goto(f"/territoire/departement/59{suite}")
        lignes = agent.locator(".fce-lignes--lieux tbody tr, .fce-sans > li")
        hauteurs = [c["height"] for c in lignes.evaluate_all("l => l.map(e => e.getBoundingClientRect())")]
        reste = agent.evaluate("document.documentElement.scrollHeight") - sum(hauteurs)
        # As high as with twenty of the lines that it has.
        assert reste + 20 * sum(hauteurs) / len(hauteurs) <= 3_500, (suite, reste, hauteurs)
        assert agent.evaluate("document.documentElement.scrollWidth") <= 390
        cibles = agent.locator("main .fce-crible summary, main .fce-exceptions-ici > li").filter(visible=True)
        assert min(c["height"] for c in cibles.evaluate_all("l => l.map(e => e.getBoundingClientRect())")) >= 44
        assert violations(agent) == []


DATES_COUPEES = """() => {
  const coupees = [], textes = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (textes.nextNode()) {
    const noeud = textes.currentNode;
    noeud.data = noeud.data.replace(/\\d\\d\\/\\d\\d\\/\\d{4}/g, "08/08/2088");
    for (const { index } of noeud.data.matchAll(/08\\/08\\/2088/g)) {
      const date = document.createRange();
      date.setStart(noeud, index);
      date.setEnd(noeud, index + 10);
      const lignes = new Set([...date.getClientRects()].map((boite) => Math.round(boite.top)));
      if (lignes.size > 1) coupees.push(noeud.parentElement.outerHTML.slice(0, 200));
    }
  }
  return coupees;
}"""


@pytest.mark.parametrize("chemin", ["/", f"/entreprise/{GROUPE.siren}", "/demandes", "/suivis"])
@pytest.mark.parametrize("largeur", [1280, 390])
def test_a_date_is_never_cut_in_two(agent: Page, chemin: str, largeur: int) -> None:
    """The widest that there is, in the place of each."""
    jouer(agent, "Inspectrice du travail")
    agent.set_viewport_size({"width": largeur, "height": 900})
    agent.goto(chemin)
    assert agent.evaluate(DATES_COUPEES) == []
