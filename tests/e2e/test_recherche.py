"""The search and the sheet in a real browser: filters, tables, with and without JavaScript, at every width."""

import pytest
from playwright.sync_api import Browser, Page, expect

from fce.demo.personnages import (
    ANCIEN_SIREN_1,
    BALISES,
    BOULANGERIE,
    CONSERVEE,
    FORMULES,
    INDEPENDANT_MASQUE,
    RESEAU,
)

pytestmark = pytest.mark.epreuve


def test_a_place_is_chosen_among_suggestions_and_taken_off(page: Page) -> None:
    page.goto("/recherche?q=boulangerie&etat=tous")
    page.locator("#lieu").fill("ille-et-vil")
    expect(page.locator("#lieu-suggestions [role=option]").first).to_contain_text("Ille-et-Vilaine")
    page.locator("#lieu").press("ArrowDown")
    page.locator("#lieu").press("Enter")
    page.wait_for_url("**departement=35*")
    expect(page.get_by_role("link", name=BOULANGERIE.nom)).to_be_visible()
    page.get_by_role("link", name="Retirer le filtre Ille-et-Vilaine (35)").click()
    expect(page.get_by_role("link", name="Retirer le filtre Ille-et-Vilaine (35)")).to_have_count(0)


def test_ticking_a_filter_updates_results_address_and_announcement(page: Page) -> None:
    page.goto("/recherche?q=boulangerie")
    page.locator("#filtre-tranche_effectif > summary").click()
    page.locator("#filtre-tranche_effectif input").first.check()
    page.wait_for_url("**tranche_effectif=*")
    expect(page.locator("#annonce")).to_contain_text("entreprise")
    partagee = page.url
    titre = page.locator("h1").inner_text()
    page.goto(partagee)
    assert page.locator("h1").inner_text() == titre


def test_the_view_and_the_table_are_remembered(page: Page) -> None:
    page.goto("/recherche?q=treglomard")
    page.get_by_role("link", name="Établissements", exact=True).click()
    page.get_by_role("link", name="Tableau").click()
    expect(page.locator("#resultats table")).to_be_visible()
    page.goto("/recherche?q=valsdorac")
    expect(page.locator("#resultats table")).to_be_visible()
    assert "vue=etablissements" in page.url
    page.locator("main").get_by_role("link", name="Commune").click()
    expect(page.locator("th[aria-sort=ascending]")).to_have_text("Commune")


def test_the_numbers_of_the_filters_follow_the_list(page: Page) -> None:
    page.goto("/")
    page.locator("#q").press_sequentially("boulang")
    page.get_by_role("option").first.wait_for()
    page.goto("/recherche?q=boulangerie&vue=entreprises")
    expect(page.locator("#resultats li").first).to_be_visible()
    nombre = page.locator("#filtres .fce-choix__nombre").first
    expect(nombre).to_be_attached()
    with page.expect_response(lambda reponse: reponse.request.headers.get("hx-target") == "filtres"):
        page.locator("#tri").select_option("nom")
    expect(nombre).to_be_attached()
    assert "tri=nom" in page.url


def test_establishments_are_paged_without_reloading_the_sheet(page: Page) -> None:
    page.goto(f"/entreprise/{RESEAU.siren}/etablissements")
    page.evaluate("window.jamaisRechargee = true")
    page.get_by_role("navigation", name="Pages d’établissements").get_by_role("link", name="Page 2").click()
    expect(page.locator("#liste-etablissements caption")).to_contain_text("page 2")
    page.locator("#etab-etat").select_option("ferme")
    expect(page.locator("#liste-etablissements tbody tr").first).to_contain_text("Fermé")
    assert page.evaluate("window.jamaisRechargee") is True


def test_everything_works_without_javascript(navigateur: Browser, adresse: str) -> None:
    contexte = navigateur.new_context(java_script_enabled=False, base_url=adresse, locale="fr-FR")
    page = contexte.new_page()
    page.goto("/")
    page.locator("#q").fill("boulangerie questrouvel rennes")
    page.locator("#q").press("Enter")
    page.get_by_role("link", name=BOULANGERIE.nom).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(BOULANGERIE.nom)
    expect(page.locator("[data-copier]").first).to_be_hidden()
    page.goto(f"/entreprise/{RESEAU.siren}/etablissements")
    page.locator("#etab-etat").select_option("ferme")
    page.get_by_role("button", name="Filtrer").click()
    expect(page.locator("#liste-etablissements tbody tr").first).to_contain_text("Fermé")

    page.goto("/recherche?q=boulangerie")
    page.locator("#lieu").fill("rennes")
    page.get_by_role("button", name="Appliquer les filtres").click()
    expect(page.locator(".fce-etiquettes")).to_contain_text("Rennes (35)")
    expect(page.get_by_role("link", name=BOULANGERIE.nom)).to_be_visible()
    page.locator("#tri").select_option("nom")
    page.get_by_role("button", name="Trier").click()
    assert "tri=nom" in page.url
    contexte.close()


def test_the_number_of_a_duplicate_and_a_number_with_spaces_lead_to_the_sheet(page: Page) -> None:
    page.goto(f"/entreprise/{ANCIEN_SIREN_1.siren}")
    assert page.url.endswith(f"/entreprise/{CONSERVEE.siren}")
    page.locator("#q").fill(f"{BOULANGERIE.siren[:3]} {BOULANGERIE.siren[3:6]} {BOULANGERIE.siren[6:]}")
    page.locator("#q").press("Enter")
    page.wait_for_url(f"**/entreprise/{BOULANGERIE.siren}")


def test_the_masked_person_is_read_only_by_number_and_without_a_name(page: Page) -> None:
    reponse = page.goto(f"/entreprise/{INDEPENDANT_MASQUE.siren}")
    assert reponse is not None
    assert reponse.headers["x-robots-tag"] == "noindex"
    expect(page.get_by_role("heading", level=1)).to_have_text("Personne masquée")
    expect(page.locator("body")).not_to_contain_text("[ND]")
    assert page.locator("a[href*='avis-situation']").count() == 0
    page.goto("/recherche?q=non+diffusible")
    assert page.locator(f"a[href*='{INDEPENDANT_MASQUE.siren}']").count() == 0


@pytest.mark.parametrize("personnage", [BALISES, FORMULES])
def test_a_hostile_name_is_only_text(page: Page, personnage) -> None:
    page.goto(f"/entreprise/{personnage.siren}")
    expect(page.get_by_role("heading", level=1)).to_have_text(personnage.nom)
    page.goto("/recherche")
    page.locator("#q").fill(personnage.nom)
    page.locator("#q").press("Enter")
    expect(page.get_by_role("link", name=personnage.nom).first).to_be_visible()


@pytest.mark.parametrize(
    "texte",
    ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}}", "' OR 1=1"],
)
def test_a_hostile_search_is_only_text(page: Page, texte: str) -> None:
    page.goto("/recherche")
    page.locator("#q").fill(texte)
    page.locator("#q").press("Enter")
    page.wait_for_load_state("networkidle")
    assert page.locator("#q").input_value() == texte
    assert page.locator("main img, main script").count() == 0
    expect(page.locator("h1")).not_to_contain_text("49")


@pytest.mark.parametrize("largeur", [320, 390, 640, 1280])
def test_nothing_overflows(page: Page, largeur: int) -> None:
    page.set_viewport_size({"width": largeur, "height": 800})
    for adresse in (
        "/",
        "/recherche?q=boulangerie",
        "/recherche?q=treglomard&vue=etablissements&affichage=tableau&etat=tous",
        f"/entreprise/{RESEAU.siren}",
        "/entreprise/123",
        "/sources",
    ):
        page.goto(adresse)
        assert page.evaluate("document.documentElement.scrollWidth") <= largeur, adresse


def test_the_summary_of_the_whole_sheet_leads_to_its_rubriques_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"/entreprise/{BOULANGERIE.siren}/tout")
    rubrique = page.locator("#historique")
    expect(rubrique.locator("summary").first).to_be_visible()
    expect(rubrique.get_by_text("suit une règle")).to_be_hidden()
    page.get_by_role("navigation", name="Sommaire").get_by_role("link", name="Historique").click()
    expect(rubrique).to_be_in_viewport()
    expect(rubrique.get_by_text("suit une règle")).to_be_visible()


def test_the_printed_sheet_is_a_dossier(page: Page) -> None:
    page.goto(f"/entreprise/{BOULANGERIE.siren}/tout")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".fce-source").first).to_be_visible()
    expect(page.get_by_text("imprimée le")).to_be_visible()
    page.set_viewport_size({"width": 680, "height": 1000})  # an A4 sheet: a table stays a table
    assert page.evaluate("getComputedStyle(document.querySelector('#liste-etablissements tr')).display") == "table-row"
    for selecteur in ("#q", ".fr-footer", ".fce-menu", "[data-copier]", ".fce-outils"):
        expect(page.locator(selecteur).first).to_be_hidden()
