"""In a browser: a visit is told by keyboard in a few gestures, on a phone too; every page passes axe."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as reglages
from playwright.sync_api import Browser, Page, expect

from tests.echanges.interactions import fabrique as e
from tests.navigateur import ABSENT, attendre_les_blocs, ouvrir, violations

pytestmark = pytest.mark.django_db(transaction=True)
TELEPHONE, BUREAU = 390, 1280


@pytest.fixture
def scene(settings: Any, tmp_path: Path) -> tuple[e.Service, str]:
    """A service, and a contact that it has told. Written before the browser opens."""
    settings.FCE_DATA_DIR, settings.FCE_PIECES_DIR = tmp_path, tmp_path / "pieces"
    settings.FCE_BASE_CONNEXIONS = 8
    e.peupler()
    nous, autres = e.service(), e.service("Fraudes")
    nous.client.post(
        f"/entreprise/{e.SIREN}/contacts/nouveau",
        e.formulaire(nous, pieces=[e.image()], partages=[autres.groupe.pk]),
    )
    note = e.Interaction.objects.get()
    e.services.modifier(nous.lecteur(), note.pk, e.saisie(note="seconde note"), version=1)
    return nous, note.reference


@pytest.fixture
def navigateur(scene: tuple[e.Service, str], live_server: Any) -> Iterator[Browser]:
    """Opened after the database is ready and closed before it is emptied: Django refuses to be called in its loop."""
    with ouvrir() as chromium:
        if chromium is None:
            pytest.skip(ABSENT)
        yield chromium


@pytest.fixture
def page(navigateur: Browser, live_server: Any, scene: tuple[e.Service, str]) -> Iterator[Page]:
    contexte = navigateur.new_context(
        base_url=live_server.url, viewport={"width": BUREAU, "height": 900}, locale="fr-FR"
    )
    nom = reglages.SESSION_COOKIE_NAME
    contexte.add_cookies([{"name": nom, "value": scene[0].client.cookies[nom].value, "url": live_server.url}])
    page = contexte.new_page()
    fautes: list[str] = []
    page.on("pageerror", lambda erreur: fautes.append(str(erreur)))
    page.on("console", lambda m: fautes.append(m.text) if "Content Security Policy" in m.text else None)
    yield page
    contexte.close()
    assert fautes == []


class Clavier:
    """Keys of somebody who has no mouse; moving from one field to the next is no gesture."""

    def __init__(self, page: Page) -> None:
        self._page, self.gestes = page, 0

    def presser(self, touche: str) -> None:
        self.gestes += 1
        self._page.keyboard.press(touche)

    def ecrire(self, texte: str) -> None:
        self.gestes += 1
        self._page.keyboard.type(texte)

    def aller_a(self, selecteur: str, pas: int = 40) -> int:
        for fait in range(pas):
            if self._page.evaluate("s => document.activeElement.matches(s)", selecteur):
                return fait
            self._page.keyboard.press("Tab")
        raise AssertionError(f"{selecteur} is not reached by the key Tab")


@pytest.mark.parametrize("largeur", [BUREAU, pytest.param(TELEPHONE, marks=pytest.mark.epreuve)])
def test_a_visit_is_told_by_keyboard_in_eight_gestures(page: Page, largeur: int) -> None:
    page.set_viewport_size({"width": largeur, "height": 800})
    page.goto(f"/etablissement/{e.SIRETS[2]}")
    attendre_les_blocs(page)
    clavier = Clavier(page)
    lien = page.get_by_role("link", name=re.compile("^Noter"))
    lien.first.focus()
    clavier.presser("Enter")
    page.wait_for_url("**/contacts/nouveau")
    assert page.evaluate("document.activeElement.name") == "genre"
    clavier.presser("ArrowDown")
    assert clavier.aller_a("textarea[name=note]") <= 12
    clavier.ecrire("Registres présentés, rien à signaler.")
    clavier.aller_a("input[name=suite]")
    clavier.ecrire("visite au printemps")
    clavier.presser("Enter")
    page.wait_for_url("**/etablissement/*?fait=contact-note")
    expect(page.get_by_role("status").filter(has_text="Le contact est noté.")).to_be_visible()
    assert clavier.gestes <= 8
    page.goto("/contacts")
    ligne = page.get_by_role("row").filter(has_text="contrôle")
    assert ligne.count() == 1


@pytest.mark.epreuve
def test_establishments_are_searched_as_one_types_and_those_ticked_stay(page: Page) -> None:
    page.goto(f"/entreprise/{e.SIREN}/contacts/nouveau")
    page.locator(f"#sirets-{e.SIRETS[0]}").check(force=True)
    page.locator("#texte").press_sequentially("arras")
    page.locator(f"#sirets-{e.SIRETS[2]}").wait_for(state="detached")
    assert page.locator("#choix-sirets input").evaluate_all("cases => cases.map(c => [c.value, c.checked])") == [
        [e.SIRETS[0], True],
        [e.SIRETS[1], False],
    ]
    assert page.locator("#compte-sirets").inner_text() == "1 trouvé."
    page.locator("#texte").press("Enter")
    attendre_les_blocs(page)
    assert page.url.endswith("/contacts/nouveau")
    assert page.locator(f"#sirets-{e.SIRETS[0]}").is_checked()


@pytest.mark.epreuve
def test_a_refused_text_is_confirmed_without_typing_it_again(page: Page) -> None:
    page.goto(f"/etablissement/{e.SIRET}/contacts/nouveau")
    page.locator("textarea[name=note]").fill("plainte de M. X")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    assert page.locator("textarea[name=note]").input_value() == "plainte de M. X"
    page.get_by_label("Je confirme").check(force=True)
    page.get_by_role("button", name="Enregistrer").click()
    page.wait_for_url("**?fait=contact-note")


@pytest.mark.epreuve
@pytest.mark.parametrize("largeur", [BUREAU, TELEPHONE])
def test_no_page_of_contacts_has_a_violation_nor_goes_out_of_a_phone(
    page: Page, scene: tuple[e.Service, str], largeur: int
) -> None:
    page.set_viewport_size({"width": largeur, "height": 800})
    numero = scene[1]
    for adresse in (
        f"/entreprise/{e.SIREN}/contacts/nouveau",
        f"/contacts/{numero}",
        f"/contacts/{numero}/modifier",
        "/contacts",
        "/contacts/importer",
    ):
        page.goto(adresse)
        for details in page.locator("main details").all():
            details.evaluate("d => { d.open = true; }")
        assert violations(page) == [], adresse
        assert page.evaluate("document.documentElement.scrollWidth") <= largeur, adresse
