"""In a browser: live blocs come after the page, nothing moves when they arrive, and a slow one holds back nobody."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from fce.donnees.imports.directes import bac_a_sable, disjoncteur, transport
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche import views
from fce.sources import registre
from tests.donnees.entreprises import fabrique as f
from tests.donnees.imports.directes import serveur as faux
from tests.donnees.imports.directes.conftest import DESTINATAIRE
from tests.droits.comptes.fabrique import SERVICE
from tests.droits.habilitations.fabrique import OUVRE_TOUT, agent, habilitation
from tests.navigateur import attendre_les_blocs, exiger, page_de, violations

pytestmark = [pytest.mark.epreuve, pytest.mark.django_db(transaction=True), pytest.mark.catalogue]
# The company of the samples, in every live source.
GROUPE = "000001008"
DECALAGE = """() => new Promise(fini => {
  let total = 0;
  new PerformanceObserver(liste => liste.getEntries().forEach(e => { total += e.value; }))
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => fini(total), 300);
})"""


@pytest.fixture
def agent_habilite(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every page is read by an agent who may read every live source."""
    tenue = habilitation(finalites=(OUVRE_TOUT,), groupes=frozenset({"fiscal", "social"}), territoire=frozenset({"FR"}))
    acteur = agent(tenue, siret_administration=SERVICE)
    monkeypatch.setattr(views, "lecteur_de_la_page", lambda *_: LecteurDeDonnees(acteur, finalite="controle-travail"))


@pytest.fixture
def bac(settings: Any) -> Iterator[bac_a_sable.Serveur]:
    settings.FCE_BASE_CONNEXIONS = 8
    settings.FCE_API_ENTREPRISE_DESTINATAIRE = DESTINATAIRE
    disjoncteur.oublier()
    with bac_a_sable.en_marche() as serveur:
        settings.FCE_API_ENTREPRISE_URL, settings.FCE_API_ENTREPRISE_TOKEN = serveur.adresse, serveur.jeton
        yield serveur
        transport.fermer()
    disjoncteur.oublier()


@pytest.fixture
def navigateur(groupe: None, live_server: Any) -> Iterator[Browser]:
    with exiger() as chromium:
        yield chromium


@pytest.fixture
def page(navigateur: Browser, live_server: Any) -> Iterator[Page]:
    with page_de(navigateur, live_server.url) as page:
        yield page


@pytest.fixture
def groupe() -> None:
    siret = bac_a_sable.siret_quelconque(GROUPE)
    f.unites(f.unite(GROUPE, denomination="ACIÉRIES INVENTÉES", nic_siege=siret[9:]))
    f.lieux({**f.lieu(GROUPE), "siret": siret, "nic": siret[9:], "libelle_commune": "LILLE", "code_commune": "59350"})


def parcourir(page: Page) -> None:
    """Scroll as a reader does, so that every place comes into sight."""
    for _ in range(60):
        page.mouse.wheel(0, 500)
        page.wait_for_timeout(40)
        if page.evaluate("() => innerHeight + scrollY >= document.documentElement.scrollHeight - 1"):
            break
    page.wait_for_function("() => !document.querySelector('.fce-direct__attente')")
    attendre_les_blocs(page)


@pytest.mark.usefixtures("agent_habilite")
@pytest.mark.parametrize(("largeur", "hauteur"), [(1280, 900), (390, 844)], ids=["ecran", "telephone"])
def test_nothing_moves_when_the_blocks_arrive(page: Page, bac: bac_a_sable.Serveur, largeur: int, hauteur: int) -> None:
    page.set_viewport_size({"width": largeur, "height": hauteur})
    page.goto(f"/entreprise/{GROUPE}/tout")
    # Folded on a phone: what is not unfolded is not asked.
    page.locator("details.fce-pli").evaluate_all("plis => plis.forEach(pli => pli.open = true)")
    page.wait_for_timeout(300)
    avant = page.evaluate(DECALAGE)
    hauteur_avant = page.evaluate("() => document.documentElement.scrollHeight")
    places = page.locator(".fce-direct").count()
    assert places == sum(1 for s in registre.toutes() if s.direct and not s.direct.diffusion_partielle)
    parcourir(page)
    muets = page.locator(".fce-direct:not(:has(.fce-source))").all_inner_texts()
    assert len(muets) <= 1, muets
    assert page.locator(".fce-direct__attente").count() == 0
    assert page.evaluate("() => document.documentElement.scrollHeight") == hauteur_avant
    assert page.evaluate(DECALAGE) - avant == pytest.approx(0, abs=1e-6)
    assert violations(page) == []


@pytest.mark.usefixtures("agent_habilite")
def test_silent_providers_stop_neither_the_sheet_nor_the_other_pages(
    page: Page, settings: Any, live_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "DELAI", 1.0)
    settings.FCE_BASE_CONNEXIONS = 4
    disjoncteur.oublier()
    with faux.en_marche() as muet:
        settings.FCE_API_ENTREPRISE_URL, settings.FCE_API_ENTREPRISE_TOKEN = muet.adresse, "x"
        settings.FCE_API_ENTREPRISE_DESTINATAIRE = DESTINATAIRE
        muet.jouer(faux.Reponse(200, {"data": {}}, avant=2))
        page.goto(f"/entreprise/{GROUPE}/tout", wait_until="load")
        assert page.locator("h1").inner_text() == "ACIÉRIES INVENTÉES"
        expect(page.locator(".fce-direct").first).to_be_visible()
        page.locator("#fiscalite-douane").scroll_into_view_if_needed()
        page.wait_for_timeout(500)
        assert muet.ensemble <= 2
        with urllib.request.urlopen(f"{live_server.url}/entreprise/{GROUPE}/tout", timeout=20) as autre:
            assert autre.status == 200
        page.get_by_text("n'a pas répondu à temps").first.wait_for(timeout=15_000)
        transport.fermer()
    disjoncteur.oublier()


def test_without_javascript_the_link_leads_to_the_answer(
    navigateur: Browser, live_server: Any, bac: bac_a_sable.Serveur
) -> None:
    contexte = navigateur.new_context(base_url=live_server.url, java_script_enabled=False)
    page = contexte.new_page()
    page.goto(f"/entreprise/{GROUPE}/tout")
    page.locator("#direct-tva").get_by_role("link").click()
    assert page.url.endswith("/direct/tva")
    assert f"FR29{GROUPE}" in page.locator("main").inner_text()
    page.get_by_role("link", name="Revenir à l’onglet").click()
    assert page.url.endswith(f"/entreprise/{GROUPE}/dirigeants")
    contexte.close()
