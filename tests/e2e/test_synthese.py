"""The Synthèse of the fullest company: short enough, what matters in the first screen, nothing out of the width."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from fce.demo.personnages import GROUPE
from tests.e2e.personnages import jouer
from tests.navigateur import attendre_les_blocs

pytestmark = pytest.mark.epreuve
FICHE = f"/entreprise/{GROUPE.siren}"
LECTEURS = ("", "Inspectrice du travail", "Chargé de mission économique", "Vérificatrice", "Agent des douanes")
# 1 900 and 3 900 px, less what the larger universe of ``make demo`` adds to the sheet of this group.
ECRANS = {"bureau": (1280, 900, 1900 - 74), "téléphone": (390, 844, 3900 - 90)}
PREMIER_ECRAN = {
    "nom": ".fce-tete h1",
    "état": ".fce-tete .fr-badge",
    "actions": ".fce-tete__agir .fce-gestes",
    "alertes": "#alertes",
    "activité": "#carte-qui ~ .fce-cle",
    "adresse": "#carte-qui ~ p:has(.fce-discret)",
    "dirigeant": "#carte-qui ~ .fce-paires",
    "effectif": "#carte-combien ~ .fce-cle",
    "périmètre": "#carte-combien ~ .fce-precision",
}


def ouvrir(agent: Page, lecteur: str, adresse: str) -> None:
    if lecteur:
        jouer(agent, lecteur, adresse)
    else:
        agent.goto(adresse)
    attendre_les_blocs(agent)


@pytest.mark.parametrize("ecran", ECRANS)
@pytest.mark.parametrize("lecteur", LECTEURS, ids=lambda x: x or "public")
def test_the_full_synthesis_fits_in_a_few_screens(agent: Page, lecteur: str, ecran: str) -> None:
    largeur, hauteur, limite = ECRANS[ecran]
    agent.set_viewport_size({"width": largeur, "height": hauteur})
    ouvrir(agent, lecteur, FICHE)
    mesures = agent.evaluate("[document.documentElement.scrollHeight, document.documentElement.scrollWidth]")
    assert mesures[0] <= limite, mesures
    assert mesures[1] <= largeur, mesures


@pytest.mark.parametrize("lecteur", LECTEURS[:2], ids=lambda x: x or "public")
def test_the_essential_is_on_the_first_screen(agent: Page, lecteur: str) -> None:
    ouvrir(agent, lecteur, FICHE)
    voulus = PREMIER_ECRAN | ({"dernier contact": ".fce-contacts li:first-child"} if lecteur else {})
    for quoi, selecteur in voulus.items():
        boite = agent.locator(selecteur).first.bounding_box()
        assert boite is not None, quoi
        assert boite["y"] + boite["height"] <= 900, quoi


def test_a_tab_takes_the_place_of_the_other_then_back(agent: Page) -> None:
    ouvrir(agent, "Inspectrice du travail", FICHE)
    agent.get_by_role("navigation", name="Onglets de la fiche").get_by_role("link", name="Finances").click()
    agent.wait_for_url(f"**{FICHE}/finances")
    agent.locator("#onglet h2", has_text="Finances").wait_for()
    assert agent.locator("#rubriques a[aria-current]").inner_text().startswith("Finances")
    agent.go_back()
    agent.locator("#carte-qui").wait_for()


def test_a_tab_opened_alone_says_what_the_others_hold(agent: Page) -> None:
    ouvrir(agent, "Inspectrice du travail", f"{FICHE}/finances")
    agent.locator("#rubriques a span", has_text="contacts").wait_for()
    assert agent.locator("#rubriques a[aria-current] strong").inner_text() == "Finances"
    assert agent.locator("#alertes li").count() == int(agent.locator(".fce-compteur").inner_text().split()[0])


def test_the_bar_stays_at_the_top_and_comes_loose_when_zoomed(agent: Page) -> None:
    ouvrir(agent, "", FICHE)
    agent.mouse.wheel(0, 600)
    agent.wait_for_function("() => window.scrollY > 100")
    assert agent.locator(".fce-tete").evaluate("e => e.getBoundingClientRect().top") == 0
    agent.set_viewport_size({"width": 640, "height": 450})
    assert agent.locator(".fce-tete").evaluate("e => getComputedStyle(e).position") == "static"
