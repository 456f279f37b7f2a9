"""In a browser: one follows and stops by keyboard, on a phone too; every page passes axe and none overflows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from fce.echanges.models import RythmeAlertes
from fce.echanges.suivis import services as suivis
from fce.echanges.suivis.alertes import FaitSuivi, ecrire_alertes
from tests.echanges.suivis import fabrique as s
from tests.echanges.suivis.fabrique import SIREN, SIRET
from tests.echanges.visites import fabrique as v
from tests.echanges.visites.fabrique import Service
from tests.navigateur import exiger, fenetre, page_de, violations
from tests.recherche.univers import Univers

pytestmark = [pytest.mark.epreuve, pytest.mark.django_db(transaction=True)]
TELEPHONE, BUREAU = 390, 1280


@pytest.fixture
def scene(settings: Any, tmp_path: Path) -> tuple[Service, str]:
    """An agent who follows a company, told of three things; the address that stops her mails."""
    settings.FCE_DATA_DIR = tmp_path
    settings.FCE_BASE_CONNEXIONS = 8
    univers = Univers()
    assert univers.entreprise("MINOTERIE DU NORD") == SIREN
    univers.entreprise("FILATURE")
    univers.indexer()
    elle = v.service()
    s.suivre(elle.agent)
    faits = [FaitSuivi(SIREN, "", "cessation", s.il_y_a(3)), FaitSuivi(SIREN, "", "siege", None)]
    ecrire_alertes("sirene-unites-legales", "import-1", faits)
    ecrire_alertes("sirene-etablissements", "import-2", [FaitSuivi(SIREN, SIRET, "fermeture", s.il_y_a(3))])
    return elle, f"/suivis/arret/{suivis.secret_d_arret(RythmeAlertes.objects.get().pk)}"


@pytest.fixture
def navigateur(scene: tuple[Service, str], live_server: Any) -> Iterator[Browser]:
    with exiger() as chromium:
        yield chromium


@pytest.fixture
def page(navigateur: Browser, live_server: Any, scene: tuple[Service, str]) -> Iterator[Page]:
    with page_de(navigateur, live_server.url, scene[0].client) as page:
        yield page


def test_every_page_passes_axe_and_none_overflows_a_phone(page: Page, scene: tuple[Service, str]) -> None:
    pages = (
        "/suivis", "/suivis?lus=1", "/", f"/entreprise/{SIREN}/suivre", f"/etablissement/{SIRET}/suivre",
        "/suivis/recherche?commune=59350", "/suivis/recherche", "/recherche?commune=59350", scene[1],
    )  # fmt: skip
    for adresse in pages:
        page.goto(adresse)
        assert violations(page) == [], adresse
        for largeur in (TELEPHONE, BUREAU):
            page.set_viewport_size({"width": largeur, "height": 900})
            deborde = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
            assert not deborde, (adresse, largeur)


def test_one_marks_as_read_chooses_and_stops_with_the_keyboard_alone(page: Page) -> None:
    page.goto("/suivis")
    expect(page.get_by_text("cessée", exact=True)).to_be_visible()
    _presser(page, page.get_by_role("button", name="Tout marquer comme lu"))
    page.wait_for_url("**/suivis?fait=alertes-lues")
    expect(page.get_by_text("Rien de nouveau à lire")).to_be_visible()
    _presser(page, page.locator("summary", has_text="Changer"))
    page.get_by_label("Recevoir un courriel").focus()
    page.keyboard.press("End")
    _presser(page, page.get_by_role("button", name="Enregistrer"))
    page.wait_for_url("**/suivis?fait=rythme-choisi")
    _presser(page, page.locator("summary", has_text="Ajouter, arrêter"))
    _presser(page, page.get_by_role("button", name="Ne plus suivre MINOTERIE DU NORD"))
    page.wait_for_url("**/suivis?fait=suivi-retire")
    expect(page.get_by_text("Rien encore")).to_be_visible()


def test_one_follows_from_the_sheet_without_javascript(navigateur: Browser, live_server: Any, scene: Any) -> None:
    page = fenetre(navigateur, live_server.url, scene[0].client, java_script_enabled=False).new_page()
    page.goto(f"/etablissement/{SIRET}/suivre")
    page.get_by_role("button", name="Suivre", exact=True).click()
    page.wait_for_url("**?fait=suivi-ajoute")
    page.goto("/suivis/recherche?commune=59350")
    page.get_by_label("Nom de cette recherche").fill("À Lille")
    page.get_by_role("button", name="Suivre", exact=True).click()
    page.wait_for_url("**/suivis?fait=suivi-ajoute")
    expect(page.get_by_role("link", name="À Lille", exact=True)).to_be_visible()
    page.context.close()


def _presser(page: Page, bouton: Any) -> None:
    bouton.focus()
    page.keyboard.press("Enter")
