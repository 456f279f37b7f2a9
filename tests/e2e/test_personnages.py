"""Each person of the demonstration does what she came for, through a real OpenID Connect server, in chromium."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from fce.demo.personnages import GROUPE, INDEPENDANT_MASQUE
from tests.e2e.personnages import jouer
from tests.navigateur import violations

pytestmark = pytest.mark.epreuve
ENTREPRISE = f"/entreprise/{GROUPE.siren}"
FICHE = f"{ENTREPRISE}/tout"


def lisible(page: Page) -> None:
    """No violation, and nothing wider than the screen, on a desk and on a phone."""
    for largeur in (390, 1280):
        page.set_viewport_size({"width": largeur, "height": 900})
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= largeur, page.url


def bloc(page: Page, titre: str) -> int:
    """How many blocs of that title the sheet shows."""
    return page.get_by_role("heading", name=titre, exact=True).count()


def test_inspectrice_reads_twenty_sheets_in_a_row_with_no_dialog(agent: Page) -> None:
    jouer(agent, "Inspectrice du travail", "/recherche?departement=59&etat=actif&taille=50")
    adresses = agent.locator("a[href^='/entreprise/']").evaluate_all("liens => liens.map(l => l.getAttribute('href'))")
    fiches = list(dict.fromkeys(a.split("?")[0] for a in adresses))[:20]
    if len(fiches) < 20:
        fiches = (fiches * 20)[:20]
    for fiche in fiches:
        agent.goto(fiche)
        assert agent.locator("[role=dialog]:visible, dialog[open]").count() == 0
        assert agent.get_by_text("Contrôles de l'inspection du travail").count() > 0
    agent.goto("/journal")
    assert agent.locator(".fce-table tbody tr").count() >= 20


def test_dreets_reads_economic_change_and_no_tax(agent: Page) -> None:
    jouer(agent, "Chargé de mission économique", FICHE)
    assert bloc(agent, "Activité partielle") == 1
    assert bloc(agent, "Chiffre d'affaires déclaré") == 0


def test_dgfip_confirms_her_purpose_once_with_the_keyboard_then_reads(agent: Page) -> None:
    jouer(agent, "Vérificatrice", FICHE, neuve=True)
    bouton = agent.get_by_role("button", name="Ouvrir les données sous secret").first
    bouton.focus()
    agent.keyboard.press("Enter")
    agent.wait_for_load_state()
    expect(agent.locator("#finalite summary")).not_to_contain_text("celle de votre service")
    assert agent.get_by_role("button", name="Ouvrir les données sous secret").count() == 0
    agent.goto(f"/entreprise/{INDEPENDANT_MASQUE.siren}/tout")
    assert agent.get_by_role("button", name="Ouvrir les données sous secret").count() == 0
    assert violations(agent) == []


def test_douane_reads_operators(agent: Page) -> None:
    jouer(agent, "Agent des douanes", FICHE, neuve=True)
    agent.get_by_role("button", name="Ouvrir les données sous secret").first.click()
    agent.wait_for_load_state()
    assert bloc(agent, "Autorisations douanières") == 1


def test_masked_person_is_read_by_number_by_an_agent_only(agent: Page) -> None:
    masquee = f"/entreprise/{INDEPENDANT_MASQUE.siren}/tout"
    agent.goto(masquee)
    assert agent.get_by_text("usage interne").count() == 0
    jouer(agent, "Vérificatrice", masquee)
    place = agent.locator("#direct-sirene-diffusion-partielle")
    place.scroll_into_view_if_needed()
    expect(place.get_by_text("usage interne")).to_be_visible(timeout=15000)


def test_agent_without_habilitation_is_told_what_is_there_and_how_to_ask(agent: Page) -> None:
    jouer(agent, "Agente d’une administration sans habilitation", FICHE)
    assert bloc(agent, "Activité partielle") == 0
    agent.get_by_text("Ce que vous ne voyez pas").click()
    agent.get_by_role("link", name="Demander l’accès").first.click()
    agent.wait_for_load_state()
    agent.get_by_label("Votre mission").select_option(label="Inspection du travail")
    expect(agent.get_by_label("Relations et inspection du travail")).to_be_checked()
    assert violations(agent) == []
    agent.get_by_label("Votre service").fill("Service des essais")
    agent.get_by_role("button", name="Envoyer la demande").click()
    expect(agent.get_by_text("attend l’équipe de la fiche commune")).to_be_visible()


def test_a_manager_manages_his_group(agent: Page) -> None:
    jouer(agent, "gestionnaire du groupe", "/habilitations")
    agent.get_by_role("link", name="Membres").first.click()
    expect(agent.locator("h1")).to_contain_text("Inspection du travail du Nord")
    assert violations(agent) == []
    agent.goto("/habilitations")
    agent.get_by_role("link", name="Consultations").first.click()
    assert violations(agent) == []


def test_budget_manager_and_team_read_no_reserved_data(agent: Page) -> None:
    for fonction in ("Gestionnaire budgétaire", "Équipe de la fiche commune", "Approbatrice"):
        jouer(agent, fonction, FICHE)
        assert bloc(agent, "Activité partielle") == 0
        agent.context.clear_cookies()


def test_company_head_and_ordinary_person_read_the_public_sheet(agent: Page) -> None:
    for fonction in ("Président de", "Une personne quelconque"):
        jouer(agent, fonction, FICHE)
        assert bloc(agent, "Activité partielle") == 0
        assert agent.get_by_role("button", name="Ouvrir les données sous secret").count() == 0
        agent.context.clear_cookies()


def test_acm_16_back_and_forward_after_sign_out_show_nothing_of_what_was_read(agent: Page) -> None:
    jouer(agent, "Inspectrice du travail", FICHE, neuve=True)
    for adresse in (f"{ENTREPRISE}/accords-entreprise", FICHE):
        agent.goto(adresse)
        assert len(lus(agent)) > 1, agent.locator("main").inner_text()
    menu = agent.get_by_role("navigation", name="Compte")
    menu.locator("summary").click()
    menu.get_by_role("button", name="Se déconnecter").click()
    expect(agent.locator("h1")).to_have_text("Vous êtes déconnecté")
    visitees = set()
    for geste in (agent.go_back, agent.go_back, agent.go_back, agent.go_forward, agent.go_forward):
        geste()
        agent.wait_for_load_state()
        visitees.add(urlsplit(agent.url).path)
        assert lus(agent) == [], agent.url
    assert {FICHE, f"{ENTREPRISE}/accords-entreprise"} <= visitees


def lus(page: Page) -> list[str]:
    """What a page shows to a signed-in agent only: reserved blocs, rows of a reserved list, the menu of her account."""
    if page.url.endswith("/accords-entreprise"):
        trouves = page.locator("main table tbody tr").all_inner_texts()
    else:
        trouves = [t for t in ("Activité partielle", "Contrôles de l'inspection du travail") if bloc(page, t)]
    menu = page.get_by_role("navigation", name="Compte").locator("summary").count()
    return [*trouves, *(["menu"] if menu else [])]
