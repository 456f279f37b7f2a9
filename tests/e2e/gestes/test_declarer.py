"""Someone who has no right and no developer connects a file of 40 000 rows; an inspector then reads its block."""

from __future__ import annotations

import random
import re
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from fce.demo.identite.personnages import APPROBATRICE, BUDGET, EQUIPE, INSPECTRICE, SANS_HABILITATION, Personnage
from tests.e2e.gestes.test_echanges import confirmer
from tests.e2e.personnages import jouer
from tests.e2e.test_personnages import lisible

pytestmark = pytest.mark.epreuve
LIGNES: Final = 40_000
SOURCE: Final = "visites-inventees"


def ecrire_le_fichier(page: Page, chemin: Path) -> str:
    """Visits of companies of the Nord, with inspectors and remarks; return the SIRET of the first row."""
    trouvees = page.request.get("/api/recherche-entreprises/search?q=&departement=59&per_page=25").json()["results"]
    sirets = sorted(r["siege"]["siret"] for r in trouvees if r["siege"]["departement"] == "59")
    jours = [date(2026, 11, 1) - timedelta(days=n) for n in range(LIGNES // len(sirets) + 1)]
    au_sort = random.Random(56)
    lignes = ["n_siret;dt_visite;suite;nb_exposes;inspecteur;mail;obs"]
    for jour, siret in [*product(jours, sirets)][:LIGNES]:
        nom = au_sort.choice(("Jeanne MARCASSOUX", "Zoé LE FEINTEC"))
        suite = au_sort.choice(("conforme", "conforme", "rappel", "mise en demeure"))
        dit = f"machine arrêtée, revoir M. {nom.split()[1]} avant le {jour:%d/%m}"
        lignes.append(f"{siret};{jour:%d/%m/%Y};{suite};{au_sort.randint(0, 90)};{nom};boite@exemple.example;{dit}")
    chemin.write_text("\n".join(lignes), "utf-8")
    return sirets[0]


def test_a_file_of_40_000_rows_goes_from_nothing_to_a_block_that_is_read(agent: Page, tmp_path: Path) -> None:
    fichier = tmp_path / "visites.csv"
    siret = ecrire_le_fichier(agent, fichier)
    _decrire(agent, fichier)
    _mandater(agent, BUDGET, "equipe")
    _mandater(agent, APPROBATRICE, "dpo")
    for qui in (EQUIPE, BUDGET, APPROBATRICE):
        _signer(agent, qui)
    _attendre_la_source(agent)
    _mandater(agent, SANS_HABILITATION, "depot", "mex")
    _deposer(agent, fichier)
    _lire_le_bloc(agent, siret)
    _retirer(agent, siret)


def _decrire(agent: Page, fichier: Path) -> None:
    jouer(agent, SANS_HABILITATION.fonction, "/rejoindre", neuve=True)
    lisible(agent)
    agent.get_by_role("link", name="Connecter un fichier").click()
    agent.locator("#id_nom").fill(SOURCE)
    agent.locator("#id_fichier").set_input_files(fichier)
    agent.get_by_role("button", name="Lire le fichier").click()
    expect(agent.get_by_text(re.compile("40.000 lignes lues"))).to_be_visible()
    assert "MARCASSOUX" not in agent.content()
    lisible(agent)
    agent.get_by_role("link", name="Continuer : les colonnes").click()
    agent.get_by_label("Libellé : n_siret").fill("Établissement")
    agent.get_by_label("Libellé : dt_visite").fill("Visité le")
    lisible(agent)
    agent.get_by_role("button", name="Continuer").click()
    agent.get_by_text("Les agents habilités à ce groupe de données (C2)").click()
    agent.locator("#id_groupe").select_option("travail")
    agent.locator("#id_base_legale").fill("code du travail, art. L. 8112-1")
    lisible(agent)
    agent.get_by_role("button", name="Continuer").click()
    for champ, dit in {
        "titre": "Visites inventées", "description": "Une visite.", "mot": "visite", "systeme": "Suivi",
        "producteur_nom": "Ministère de l’Exemple", "producteur_sigle": "MEX",
        "alarme_phrase": "Mise en demeure inventée", "alarme_valeurs": "mise en demeure",
    }.items():  # fmt: skip
        agent.locator(f"#id_{champ}").fill(dit)
    agent.locator("#id_rubrique").select_option("controles")
    agent.locator("#id_alarme_champ").select_option("suite")
    lisible(agent)
    agent.get_by_role("button", name="Continuer").click()
    expect(agent.get_by_role("heading", name="Ce que chacun lira")).to_be_visible()
    inspectrice = agent.locator("section", has=agent.get_by_role("heading", name="Une inspectrice du travail"))
    expect(inspectrice.get_by_role("columnheader", name="Visité le")).to_be_visible()
    lisible(agent)
    agent.get_by_role("link", name="Continuer : les signatures").click()
    expect(agent.get_by_text("attendue : protection des données")).to_be_visible()
    expect(agent.get_by_role("button", name="Signer")).to_have_count(0)
    lisible(agent)
    agent.context.clear_cookies()


def _mandater(agent: Page, qui: Personnage, mandat: str, producteur: str = "") -> None:
    jouer(agent, EQUIPE.fonction, "/gestion/comptes", neuve=True)
    agent.locator("#designation").fill(qui.email)
    agent.locator("main").get_by_role("button", name="Chercher").click()
    agent.get_by_label("Mandat", exact=True).select_option(mandat)
    agent.get_by_label("Producteur").select_option(producteur)
    agent.get_by_role("button", name="Donner ce mandat").click()
    agent.context.clear_cookies()


def _signer(agent: Page, qui: Personnage) -> None:
    jouer(agent, qui.fonction, f"/declarer/{SOURCE}/signatures", neuve=True)
    agent.get_by_text("J’ai relu qui lit").click()
    agent.get_by_role("button", name="Signer").click()
    expect(agent.get_by_text("C’est signé")).to_be_visible()
    agent.context.clear_cookies()


def _attendre_la_source(agent: Page) -> None:
    """Within a minute, without a restart."""
    for _ in range(60):
        if agent.request.get(f"/sources/{SOURCE}").ok:
            return
        agent.wait_for_timeout(1_000)
    pytest.fail("la source n’est pas connue dans la minute")


def _deposer(agent: Page, fichier: Path) -> None:
    jouer(agent, SANS_HABILITATION.fonction, f"/depot/{SOURCE}", neuve=True)
    agent.get_by_label("Fichier", exact=True).set_input_files(fichier)
    agent.get_by_role("button", name="Envoyer et vérifier").click()
    expect(agent.get_by_role("heading", name="Rapport")).to_be_visible(timeout=60_000)
    agent.get_by_role("button", name="Publier").click()
    expect(agent.get_by_text("Ce dépôt a été publié")).to_be_visible(timeout=60_000)
    agent.context.clear_cookies()


def _lire_le_bloc(agent: Page, siret: str) -> None:
    jouer(agent, INSPECTRICE.fonction, "/", neuve=True)
    confirmer(agent, f"/etablissement/{siret}/controles")
    bloc = agent.locator("section", has=agent.get_by_role("heading", name="Visites inventées"))
    expect(bloc.get_by_role("columnheader", name="Visité le").first).to_be_visible()
    agent.context.clear_cookies()
    agent.goto(f"/etablissement/{siret}/controles")
    expect(agent.get_by_text("Visites inventées")).to_have_count(0)


def _retirer(agent: Page, siret: str) -> None:
    """Closed at once; the mandates are given back."""
    jouer(agent, EQUIPE.fonction, f"/declarer/{SOURCE}/signatures", neuve=True)
    agent.get_by_role("button", name="Retirer : plus personne ne lira").click()
    expect(agent.get_by_text("plus personne ne lit ces données")).to_be_visible()
    for qui in (BUDGET, APPROBATRICE, SANS_HABILITATION):
        agent.goto("/gestion/comptes")
        agent.locator("#designation").fill(qui.email)
        agent.locator("main").get_by_role("button", name="Chercher").click()
        agent.get_by_role("button", name="Retirer le mandat").last.click()
    agent.context.clear_cookies()
    for _ in range(60):
        if not agent.request.get(f"/sources/{SOURCE}").ok:
            return
        agent.wait_for_timeout(1_000)
    pytest.fail("la source retirée est encore au catalogue")
