"""axe finds no violation on the states of pages that ``test_toutes_les_pages`` does not show: lists, refusals, sheets
of every kind; wide or on a phone (WCAG 2.2 A and AA, and axe's best practices)."""

import pytest
from playwright.sync_api import Page

from fce.demo.personnages import BOULANGERIE, CEDEE, GROUPE, INDEPENDANT_MASQUE, RESEAU
from tests.navigateur import attendre_les_blocs, violations

PAGES = {
    "page introuvable": "/nulle-part",
    "recherche vide": "/recherche",
    "liste": "/recherche?q=boulangerie",
    "tableau": "/recherche?q=treglomard&vue=etablissements&affichage=tableau&etat=tous",
    "carte": "/recherche?creation_min=1900-01-01&vue=etablissements&affichage=carte",
    "carte d'un département": "/recherche?departement=59&vue=etablissements&affichage=carte",
    "carte des établissements": f"/entreprise/{GROUPE.siren}/etablissements?affichage=carte",
    "aucun résultat": "/recherche?q=xyzzyx&departement=2A",
    "aucune à cet endroit": "/recherche?naf=10.71C&commune=59350",
    "fiche": f"/entreprise/{BOULANGERIE.siren}",
    "fiche à nombreux établissements": f"/entreprise/{RESEAU.siren}",
    "fiche cessée": f"/entreprise/{CEDEE.siren}",
    "fiche masquée": f"/entreprise/{INDEPENDANT_MASQUE.siren}",
    "numéro invalide": "/entreprise/123456789",
    "numéro inconnu": "/entreprise/552032534",
    "données en place": "/sources",
    "données en place par producteur": "/sources?par=producteur",
    "page d'une source ouverte": "/sources/marches-publics",
    "page d'une source réservée": "/sources/activite-partielle",
    "téléchargement réservé": "/sources/activite-partielle/donnees.csv",
    "source inconnue": "/sources/nulle-part",
    "liste d'une source": f"/entreprise/{GROUPE.siren}/marches-publics",
    "liste réservée": f"/entreprise/{GROUPE.siren}/activite-partielle",
    "fiche remplie": f"/entreprise/{GROUPE.siren}",
    "fiche entière": f"/entreprise/{GROUPE.siren}/tout",
    "onglet": f"/entreprise/{GROUPE.siren}/agrements",
    "adresse trop longue": f"/recherche?q={'x' * 9000}",
}


@pytest.mark.parametrize("largeur", [1280, 390])
@pytest.mark.parametrize("nom", PAGES)
def test_no_violation(page: Page, nom: str, largeur: int) -> None:
    page.set_viewport_size({"width": largeur, "height": 900})
    page.goto(PAGES[nom])
    attendre_les_blocs(page)
    assert violations(page, tous_les_contrastes=largeur == 1280) == []


@pytest.mark.parametrize("largeur", [1280, 390])
def test_each_square_of_a_map_is_reached_by_keyboard_and_named(page: Page, largeur: int) -> None:
    page.set_viewport_size({"width": largeur, "height": 900})
    page.goto(PAGES["carte"])
    carreaux = page.locator(".fce-plan svg a")
    noms = [nom.strip() for nom in carreaux.locator("title").all_text_contents()]
    assert len(noms) > 5
    assert len({*noms}) == len(noms)
    carreaux.first.focus()
    for nom in noms[1:6]:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.querySelector('title').textContent") == nom
    assert page.evaluate("document.documentElement.scrollWidth") <= largeur


@pytest.mark.parametrize(
    ("ou", "style"),
    [("td", "color: #bbb"), ("th", "opacity: .3"), ("tr", "background: #333"), ("main", "color: #bbb")],
)
def test_a_text_too_pale_is_seen_among_its_likes(page: Page, ou: str, style: str) -> None:
    rangees = "".join(f'<tr><th scope="row">{n}</th><td>texte</td></tr>' for n in range(200))
    page.set_content(
        '<!doctype html><html lang="fr"><title>Essai</title><main><h1>Essai</h1><p>Ceci se lit.</p>'
        f"<table><caption>Rangées</caption>{rangees}</table></main></html>"
    )
    assert violations(page) == []
    page.locator(ou).last.evaluate("(e, style) => { e.style.cssText = style; }", style)
    (violation,) = violations(page)
    assert violation.startswith("color-contrast")


def test_no_violation_on_the_sheet_of_an_establishment(page: Page) -> None:
    page.goto(f"/entreprise/{BOULANGERIE.siren}/etablissements")
    page.locator("#liste-etablissements tbody a").first.click()
    page.wait_for_url("**/etablissement/*")
    assert violations(page) == []


def test_no_violation_when_suggestions_are_open(page: Page) -> None:
    page.goto("/")
    page.locator("#q").press_sequentially("boulang")
    page.get_by_role("option").first.wait_for()
    page.locator("#q").press("ArrowDown")
    assert violations(page) == []


def test_unfolded_filters_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto("/recherche?q=boulangerie")
    page.locator("#filtres > summary").click()
    page.evaluate("document.querySelectorAll('.fce-filtre').forEach(groupe => { groupe.open = true; })")
    assert violations(page) == []
