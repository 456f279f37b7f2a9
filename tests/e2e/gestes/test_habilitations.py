"""A habilitation asked for by a manager and narrowed by an approver, in chromium; axe on every page on the way."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.personnages import jouer
from tests.e2e.test_personnages import lisible

pytestmark = pytest.mark.epreuve


def soumettre(page: Page) -> str:
    """Ask, as the manager, for a ready profile on a whole région; the number of the request."""
    jouer(page, "gestionnaire du groupe", "/habilitations", neuve=True)
    lisible(page)
    page.get_by_role("link", name="Demander une habilitation").first.click()
    page.get_by_role("link", name="Inspection du travail").click()
    page.get_by_label("Ajouter des lieux").fill("Hauts-de-Frence")
    page.get_by_role("button", name="Enregistrer et soumettre").click()
    expect(page.get_by_text("vouliez-vous dire « Hauts-de-France »")).to_be_visible()
    lisible(page)
    page.get_by_label("Ajouter des lieux").fill("Hauts-de-France")
    page.get_by_role("button", name="Enregistrer et soumettre").click()
    expect(page.get_by_text("La demande est soumise")).to_be_visible()
    lisible(page)
    numero = re.search(r"/habilitations/(\d+)", page.url)
    assert numero
    return numero[1]


def test_a_request_goes_from_the_manager_to_the_approver_and_back(
    agent: Page, navigateur: Browser, demonstration_servie: str
) -> None:
    numero = soumettre(agent)
    autre = navigateur.new_context(base_url=demonstration_servie, locale="fr-FR")
    approbatrice = autre.new_page()
    jouer(approbatrice, "Approbatrice", "/habilitations/file", neuve=True)
    lisible(approbatrice)
    approbatrice.get_by_role("link", name=f"N° {numero}", exact=True).click()
    lisible(approbatrice)
    approbatrice.get_by_text("02 – Aisne").click()
    approbatrice.get_by_role("button", name="Valider l’habilitation").click()
    expect(approbatrice.get_by_text("L’habilitation est validée")).to_be_visible()
    approbatrice.goto("/droits/c1")
    lisible(approbatrice)
    autre.close()
    agent.reload()
    expect(agent.get_by_text("Habilitation validée", exact=True)).to_be_visible()
    expect(agent.get_by_text("Nord (59), Oise (60), Pas-de-Calais (62), Somme (80)").first).to_be_visible()


@pytest.mark.parametrize("lien", ["Membres", "Revue annuelle"])
def test_the_group_of_a_manager_is_legible(agent: Page, lien: str) -> None:
    jouer(agent, "gestionnaire du groupe", "/habilitations", neuve=True)
    agent.get_by_role("link", name=lien, exact=True).first.click()
    lisible(agent)


def test_one_reads_one_s_own_rights(agent: Page) -> None:
    jouer(agent, "Inspectrice du travail", "/droits", neuve=True)
    lisible(agent)
    agent.get_by_label("Réponse").select_option("Permis")
    agent.get_by_role("button", name="Filtrer").click()
    expect(agent.get_by_role("link", name="Activité partielle", exact=True)).to_be_visible()
    expect(agent.get_by_role("link", name="Liasses fiscales", exact=True)).to_have_count(0)


def test_a_request_is_made_without_javascript(navigateur: Browser, demonstration_servie: str) -> None:
    contexte: BrowserContext = navigateur.new_context(
        base_url=demonstration_servie, locale="fr-FR", java_script_enabled=False
    )
    page = contexte.new_page()
    page.goto("/connexion?suite=/habilitations")
    page.get_by_role("button", name="gestionnaire du groupe").click()
    page.get_by_role("link", name="Demander une habilitation").first.click()
    page.get_by_role("link", name="Inspection du travail").click()
    page.get_by_text("Hauts-de-France", exact=True).click()
    page.get_by_text("62 – Pas-de-Calais").click()
    page.get_by_role("button", name="Enregistrer le brouillon").click()
    expect(page.get_by_text("Le brouillon est enregistré")).to_be_visible()
    expect(page.get_by_text("Pas-de-Calais (62)").first).to_be_visible()
    contexte.close()
