"""No tab of a sheet is long, whoever reads it, on a desktop and on a phone: first rows, then a link to the others; live
answers once arrived."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from fce.demo.personnages import TOUS
from tests.e2e.personnages import jouer
from tests.navigateur import attendre_les_blocs

pytestmark = pytest.mark.epreuve
LIMITE = 6000
TELEPHONE = {"width": 390, "height": 844}
GRAND_GROUPE = "000001008"
ENTREPRISES = [p.siren for p in TOUS if "ancien SIREN" not in p.montre and "Ancien SIREN" not in p.montre]
LIMITE_DE_TOUT = 9000
LECTEURS = {"Inspectrice du travail": "", "Vérificatrice": "Ouvrir les données sous secret"}
"""Who reads, and the button that opens the secrets."""


def onglets(agent: Page, siren: str) -> list[str]:
    """The tabs that hold something for this reader."""
    agent.goto(f"/entreprise/{siren}")
    adresses = agent.locator("#rubriques nav a").evaluate_all("liens => liens.map(a => a.getAttribute('href'))")
    return [a for a in adresses if a.count("/") == 3 and not a.endswith("/tout")]


def longueur(agent: Page, adresse: str) -> int:
    agent.goto(adresse)
    places = agent.locator(".fce-direct").filter(visible=True)
    for rang in range(places.count()):
        places.nth(rang).scroll_into_view_if_needed()
    attendre_les_blocs(agent)
    return int(agent.evaluate("document.documentElement.scrollHeight"))


@pytest.mark.parametrize("lecteur", LECTEURS)
def test_no_tab_of_thirty_companies_is_long(agent: Page, lecteur: str) -> None:
    assert len(ENTREPRISES) >= 30
    mesurer(agent, lecteur, ENTREPRISES)


@pytest.mark.parametrize("lecteur", LECTEURS)
def test_e1_no_tab_of_a_big_group_is_long_on_a_phone(agent: Page, lecteur: str) -> None:
    agent.set_viewport_size(TELEPHONE)  # type: ignore[arg-type]
    mesurer(agent, lecteur, [GRAND_GROUPE])


@pytest.mark.parametrize(
    "lecteur", ["Inspectrice du travail", "Chargé de mission économique", ""], ids=lambda x: x or "public"
)
def test_p7_no_tab_of_the_fullest_company_is_long_on_a_phone(agent: Page, lecteur: str) -> None:
    agent.set_viewport_size(TELEPHONE)  # type: ignore[arg-type]
    fiche = f"/entreprise/{GRAND_GROUPE}"
    if lecteur:
        jouer(agent, lecteur, fiche)
    hautes = {adresse: longueur(agent, adresse) for adresse in onglets(agent, GRAND_GROUPE)}
    assert len(hautes) > 5
    assert {onglet: haute for onglet, haute in hautes.items() if haute > LIMITE} == {}
    assert longueur(agent, f"{fiche}/tout") <= LIMITE_DE_TOUT


def mesurer(agent: Page, lecteur: str, entreprises: list[str]) -> None:
    """Open every tab that holds something for this reader, and check its height."""
    jouer(agent, lecteur, f"/entreprise/{entreprises[0]}", neuve=True)
    if bouton := LECTEURS[lecteur]:
        agent.get_by_role("button", name=bouton).first.click()
        agent.wait_for_load_state()
    mesures = {adresse: longueur(agent, adresse) for siren in entreprises for adresse in onglets(agent, siren)}
    assert len(mesures) > len(entreprises)
    assert {onglet: haute for onglet, haute in mesures.items() if haute > LIMITE} == {}
