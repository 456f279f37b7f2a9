"""From any bloc of a sheet, an error is reported in two gestures: the page knows what it is about.

Nothing is asked of the database for it, and nothing of it is printed."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import Browser, Page, expect

from fce.service.portail.models import Signalement
from fce.sources import registre
from tests.acces import acteurs, jeux
from tests.droits.comptes import fabrique as c
from tests.navigateur import attendre_les_blocs, exiger, fenetre, violations

TELEPHONE, BUREAU = 390, 1280
CA = "dgfip-chiffre-affaires"
_LIEN = re.compile(r'<a href="(/signaler/[^"]*)" rel="nofollow">Signaler une erreur')


def liens(html: str) -> list[tuple[str, dict[str, list[str]]]]:
    """(path, parameters) of each link that reports an error, as they come."""
    decoupes = [urlsplit(unescape(x)) for x in _LIEN.findall(html)]
    return [(x.path, parse_qs(x.query)) for x in decoupes]


@pytest.mark.django_db
@pytest.mark.parametrize("unite", [f"entreprise/{jeux.SIREN}", f"etablissement/{jeux.SIRET}"])
def test_each_bloc_has_its_link_filled_with_its_source_its_unit_and_its_rubrique(unite: str) -> None:
    jeux.peupler(mixtes=True)
    lecteur = acteurs.habilite("inspection-travail")
    reponse = lecteur.client.get(f"/{unite}/tout")
    html = reponse.content.decode()
    vus = liens(html)
    siret = {"siret": [jeux.SIRET]} if unite.startswith("etab") else {}
    blocs = [(chapitre.cle, bloc) for chapitre in reponse.context["chapitres"] for bloc in chapitre.blocs]
    assert len(blocs) > 10
    for rubrique, bloc in blocs:
        source = {"source": [bloc.source]} if bloc.source else {}
        assert (f"/signaler/{jeux.SIREN}", siret | {"rubrique": [rubrique]} | source) in vus, bloc.titre
    # What is not known may be wrong too, and what nobody can read is not asked about.
    assert {bloc.source for _, bloc in blocs if bloc.source} <= {s.nom for s in registre.toutes()}
    assert len(vus) == len(blocs) + sum(bool(c.vides) for c in reponse.context["chapitres"])
    # Of the blocs of Sirene, the one that several producers tell names none.
    assert [b.titre for _, b in blocs if not b.source] == ["Chronologie"]


@pytest.mark.django_db
def test_everyone_has_the_same_links_and_who_is_not_signed_in_is_taken_to_sign_in() -> None:
    jeux.peupler()
    publique = Client().get(f"/entreprise/{jeux.SIREN}/tout").content.decode()
    elle = c.client_de(c.particulier())
    sienne = elle.get(f"/entreprise/{jeux.SIREN}/tout").content.decode()
    assert liens(publique)
    assert liens(publique) == liens(sienne)
    adresse = unescape(_LIEN.findall(publique)[0])
    assert Client().get(adresse)["Location"].startswith("/connexion?suite=%2Fsignaler%2F")


@pytest.mark.django_db
def test_a_sheet_asks_the_database_nothing_for_its_links() -> None:
    jeux.peupler()
    with CaptureQueriesContext(
        connection,
    ) as faites:
        Client().get(f"/entreprise/{jeux.SIREN}/tout")
    demandes = [x["sql"] for x in faites.captured_queries]
    assert demandes
    assert not [sql for sql in demandes if "portail_signalement" in sql or "comptes_mandat" in sql]


@pytest.mark.django_db
def test_the_form_knows_what_the_bloc_was_and_copies_no_value_of_it() -> None:
    jeux.peupler()
    lecteur = acteurs.habilite("inspection-travail")
    fiche = lecteur.client.get(f"/etablissement/{jeux.SIRET}/tout").content.decode()
    source = next(s for s in jeux.RESERVEES if f"source={s.nom}" in fiche)
    adresse = next(unescape(x) for x in _LIEN.findall(fiche) if f"source={source.nom}" in x)
    page = unescape(lecteur.client.get(adresse).content.decode())
    assert source.titre in page
    assert f'name="siret" value="{jeux.SIRET}"' in page
    assert f'<option value="{source.rubrique}" selected>' in page
    assert "MRK-" not in page


# --- In a browser -----------------------------------------------------------------------------------------------------


@pytest.fixture
def scene(settings: Any, transactional_db: None) -> dict[str, Client]:
    """An agent and a data officer signed in, before the browser opens."""
    settings.FCE_BASE_CONNEXIONS = 8
    jeux.peupler()
    officier = c.mandataire("depot", "dgfip")
    client = c.client_de(officier)
    for n in range(2):
        Signalement.objects.create(
            siren=jeux.SIREN,
            rubrique="fiscalite-douane",
            source=CA,
            producteur="dgfip",
            auteur="c0",
            texte=f"Faux {n}.",
        )
    return {"agent": acteurs.habilite("inspection-travail").client, "officier": client}


@pytest.fixture
def navigateur(scene: dict[str, Client], live_server: Any) -> Iterator[Browser]:
    with exiger() as chromium:
        yield chromium


def page_de(navigateur: Browser, serveur: Any, client: Client, largeur: int) -> Page:
    return fenetre(navigateur, serveur.url, client, viewport={"width": largeur, "height": 900}).new_page()


def sans_defaut(page: Page, largeur: int) -> None:
    assert violations(page) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth") <= largeur, page.url


@pytest.mark.epreuve
@pytest.mark.parametrize("largeur", [BUREAU, TELEPHONE])
def test_a_report_goes_and_is_answered_by_keyboard_without_a_violation(
    scene: dict[str, Client], navigateur: Browser, live_server: Any, largeur: int
) -> None:
    page = page_de(navigateur, live_server, scene["agent"], largeur)
    page.goto(f"/entreprise/{jeux.SIREN}/tout")
    attendre_les_blocs(page)
    lien = page.locator("p.fce-source a[href*='/signaler/']")
    assert lien.count() > 10
    assert page.evaluate("document.documentElement.scrollWidth") <= largeur
    page.emulate_media(media="print")
    assert not [x for x in lien.all() if x.is_visible()]
    page.emulate_media(media="screen")
    # On a phone, each rubrique is one line to unfold.
    page.evaluate("document.querySelectorAll('main details').forEach(pli => { pli.open = true; })")
    lien.first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/signaler/**")
    sans_defaut(page, largeur)
    page.get_by_label("Ce qui est faux").focus()
    page.keyboard.type("L’adresse montrée est l’ancienne.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/signalements?fait=**")
    expect(page.get_by_role("status").filter(has_text="Le signalement est envoyé.")).to_be_visible()
    sans_defaut(page, largeur)

    page = page_de(navigateur, live_server, scene["officier"], largeur)
    page.goto("/depot/signalements")
    sans_defaut(page, largeur)
    page.locator("main tbody a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/depot/signalements/*")
    sans_defaut(page, largeur)
    page.get_by_role("button", name="Prendre en charge").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**?fait=**")
    page.get_by_label("Corrigé").focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("La donnée est celle de la déclaration.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("dd", has_text="Sans suite").wait_for()
    sans_defaut(page, largeur)
