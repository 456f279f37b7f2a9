"""The note of the fullest company and of its siège: chosen, printed and downloaded by people of the demonstration."""

from __future__ import annotations

from itertools import product

import pytest
from playwright.sync_api import Page, expect

from fce.demo.personnages import GROUPE, SIEGE_FERME
from fce.fiche.page.note import sections
from tests.e2e.personnages import jouer
from tests.e2e.test_synthese import LECTEURS
from tests.navigateur import violations
from tests.pdf import PdfLu

pytestmark = pytest.mark.epreuve
NOTES = {"entreprise": f"/entreprise/{GROUPE.siren}/note", "établissement": f"/etablissement/{GROUPE.siren}00010/note"}
AGENTS = [lecteur for lecteur in LECTEURS if lecteur]


@pytest.mark.parametrize("nom", [*NOTES])
def test_axe_finds_nothing_and_nothing_overflows(agent: Page, nom: str) -> None:
    jouer(agent, "Inspectrice du travail", NOTES[nom])
    for largeur, cote in ((1280, 16), (390, 44)):
        agent.set_viewport_size({"width": largeur, "height": 844})
        assert violations(agent) == []
        assert agent.evaluate("document.documentElement.scrollWidth") <= largeur
        cotes = agent.evaluate(
            """() => [
              ...document.querySelectorAll('.fce-preparation__choix .fce-choix, main .fr-btn, .fce-preparation a')
            ].filter(e => e.checkVisibility()).map(e => e.getBoundingClientRect().height)"""
        )
        assert min(cotes) >= cote, largeur


def test_the_note_is_chosen_by_keyboard_alone(agent: Page) -> None:
    jouer(agent, "Inspectrice du travail", f"/entreprise/{GROUPE.siren}")
    agent.get_by_role("link", name="Note de préparation").first.focus()
    agent.keyboard.press("Enter")
    agent.wait_for_url(f"**{NOTES['entreprise']}")
    offertes = [*sections()]
    agent.locator(f"#partie-{offertes[0]}").focus()
    for _ in offertes:
        # The last one is kept.
        if agent.evaluate("document.activeElement.value") != "remplir":
            agent.keyboard.press("Space")
            agent.keyboard.press("Tab")
    agent.keyboard.press("Tab")
    assert agent.evaluate("document.activeElement.textContent") == "Mettre à jour"
    agent.keyboard.press("Enter")
    agent.wait_for_url("**/note?partie=remplir")
    assert agent.locator("#note h2").all_inner_texts() == ["À remplir sur place"]


def test_once_printed_only_the_note_is_left(agent: Page) -> None:
    jouer(agent, "Inspectrice du travail", NOTES["entreprise"])
    agent.emulate_media(media="print")
    for cache in (".fr-header", ".fr-footer", ".fce-preparation__choix"):
        expect(agent.locator(cache).first).not_to_be_visible()
    expect(agent.locator("#note h1")).to_be_visible()
    expect(agent.locator(".fce-cachet")).to_be_visible()


@pytest.mark.parametrize(("nom", "lecteur"), [*product(NOTES, AGENTS)])
def test_the_pdf_of_a_full_company_fits_on_two_pages(agent: Page, lecteur: str, nom: str) -> None:
    jouer(agent, lecteur)
    reponse = agent.request.get(f"{NOTES[nom]}.pdf")
    assert reponse.status == 200
    assert reponse.headers["content-disposition"].startswith("attachment")
    lu = PdfLu(reponse.body())
    assert lu.pages <= 2
    assert 'pdfuaid:part="1"' in lu.metadonnees
    texte = lu.texte()
    assert all(titre in texte for titre in sections().values())
    assert "\ufffd" not in texte


def test_no_text_of_thirty_notes_is_printed_over_another(agent: Page) -> None:
    """The boxes of the letters, as a reader of PDF finds them; half a page is left to write on in each."""
    lues = 0
    for lecteur in ("Inspectrice du travail", "Vérificatrice", "Chargé de mission économique"):
        jouer(agent, lecteur)
        fiches = [f"/entreprise/{GROUPE.siren}", f"/entreprise/{SIEGE_FERME.siren}"]
        for page in (1, 2):
            agent.goto(f"/entreprise/{GROUPE.siren}/etablissements?page={page}")
            liens = agent.locator("#liste-etablissements a[href^='/etablissement/']")
            fiches += [lien.get_attribute("href") or "" for lien in liens.all()[:4]]
        for fiche in fiches:
            lu = PdfLu(agent.request.get(f"{fiche}/note.pdf").body())
            assert lu.superposes() == [], (lecteur, fiche)
            lues += 1
    assert lues == 30
