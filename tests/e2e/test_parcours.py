"""The main journeys in a real browser, each day: from a name misspelt to a sheet, files, signing in and out."""

import csv
import io
import re

import openpyxl
from playwright.sync_api import Page, expect

from fce.demo.personnages import (
    BOULANGERIE,
)
from tests.e2e.personnages import jouer
from tests.e2e.test_personnages import FICHE, bloc, lus
from tests.navigateur import violations


def appuyer_jusqu_a(page: Page, selecteur: str, touche: str = "Tab", limite: int = 80) -> None:
    """Press a key until the focus is on an element: what a person without a mouse does."""
    for _ in range(limite):
        if page.evaluate("s => document.activeElement.matches(s)", selecteur):
            return
        page.keyboard.press(touche)
    raise AssertionError(f"{selecteur} n’est pas atteint au clavier")


def test_the_whole_journey_by_keyboard(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Contenu"
    appuyer_jusqu_a(page, "#q")
    page.keyboard.type("qestrouvel")  # a letter is missing
    expect(page.get_by_role("option").first).to_contain_text(BOULANGERIE.nom)
    assert page.get_attribute("#q", "aria-expanded") == "true"
    page.keyboard.press("Escape")
    assert page.get_attribute("#q", "aria-expanded") == "false"
    page.keyboard.press("ArrowDown")
    premiere = page.get_by_role("option").first
    assert page.get_attribute("#q", "aria-activedescendant") == premiere.get_attribute("id")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/entreprise/{BOULANGERIE.siren}")
    expect(page.get_by_role("heading", level=1)).to_have_text(BOULANGERIE.nom)

    appuyer_jusqu_a(page, "[data-copier]")
    page.keyboard.press("Enter")
    expect(page.locator("#annonce")).to_have_text("SIREN copié")
    appuyer_jusqu_a(page, "#rubriques a[href$='/etablissements']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/etablissements")
    expect(page.locator("#onglet")).to_be_focused()
    appuyer_jusqu_a(page, "#liste-etablissements tbody a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/etablissement/*")

    appuyer_jusqu_a(page, "#q")
    page.keyboard.type("boulangerie")
    page.keyboard.press("Enter")
    page.wait_for_url("**/recherche?q=boulangerie*")
    appuyer_jusqu_a(page, "details:has(#f-etat-actif) > summary")
    page.keyboard.press("Enter")
    appuyer_jusqu_a(page, "#f-etat-actif")
    page.keyboard.press("ArrowDown")
    page.wait_for_url("**etat=cesse*")
    assert page.evaluate("document.activeElement.id") == "f-etat-cesse"


def test_files_carry_all_the_results(page: Page) -> None:
    requete = "vue=etablissements&q=treglomard&etat=tous"
    texte = page.request.get(f"/recherche/export.csv?{requete}").body().decode("utf-8-sig")
    lignes = list(csv.DictReader(io.StringIO(texte, newline=""), delimiter=";"))
    classeur = openpyxl.load_workbook(io.BytesIO(page.request.get(f"/recherche/export.xlsx?{requete}").body()))
    total = page.request.get(f"/api/v1/recherche?{requete}").json()["total"]
    assert len(lignes) == classeur["Résultats"].max_row - 1 == total > 20
    assert {len(ligne["SIRET"]) for ligne in lignes} == {14}


def test_inspectrice_reads_a_restricted_bloc_and_is_asked_no_question(agent: Page) -> None:
    jouer(agent, "Inspectrice du travail", FICHE, neuve=True)
    expect(agent).to_have_url(re.compile(f"{FICHE}$"))
    agent.get_by_role("heading", name="Activité partielle", exact=True).first.wait_for()
    assert bloc(agent, "Contrôles de l'inspection du travail") == 1
    closes = agent.locator("details", has_text="Ce que vous ne voyez pas").last
    closes.locator("summary").click()
    assert "fiscal" in closes.inner_text()
    assert violations(agent) == []


def test_sign_out_ends_the_session_here_and_at_the_provider(agent: Page) -> None:
    jouer(agent, "Inspectrice du travail", FICHE, neuve=True)
    menu = agent.get_by_role("navigation", name="Compte")
    menu.locator("summary").click()
    menu.get_by_role("button", name="Se déconnecter").click()
    expect(agent.locator("h1")).to_have_text("Vous êtes déconnecté")
    agent.goto(FICHE)
    assert lus(agent) == []
