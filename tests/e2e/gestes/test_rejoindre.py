"""From nothing to a published deposit, without a developer: it asks, tries a file, is given its mandate, deposits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from fce.demo.identite.personnages import AGENTE_DGFIP, DOUANIER, Personnage
from tests.e2e.gestes.test_echanges import confirmer, faire
from tests.e2e.personnages import jouer
from tests.e2e.test_personnages import lisible

pytestmark = pytest.mark.epreuve
EQUIPE = "Équipe de la fiche commune"


@dataclass(frozen=True)
class Institution:
    """Who plays, for which producer, the data set that is brought, the name that everyone reads."""

    qui: Personnage
    producteur: str
    source: str
    nom: str


DOUANE = Institution(DOUANIER, "dgddi", "dgddi-operateurs", "Direction générale des douanes et droits indirects")
DGFIP = Institution(AGENTE_DGFIP, "dgfip", "dgfip-attestation-fiscale", "Direction générale des finances publiques")


@pytest.mark.parametrize("institution", [DOUANE, DGFIP], ids=lambda i: i.producteur)
def test_an_institution_goes_from_nothing_to_a_published_deposit(
    agent: Page, tmp_path: Path, institution: Institution
) -> None:
    exemple = agent.request.get(f"/sources/{institution.source}/exemple").body()
    entete, *rangees = exemple.splitlines()
    fichier = tmp_path / f"{institution.source}.csv"
    # Other bytes than those in place, and the same rows.
    fichier.write_bytes(b"\n".join([entete, *reversed(rangees)]) + b"\n")
    demande = f"Nous voulons déposer {institution.source} : donnez-nous le mandat."

    _essayer_et_demander(agent, institution, fichier, demande)
    _donner_le_mandat(agent, institution, demande)
    _deposer_et_publier(agent, institution, fichier)
    _dater_une_etape(agent, institution)
    _repondre_a_une_demande(agent, institution)
    _remettre(agent, institution)


def _essayer_et_demander(agent: Page, institution: Institution, fichier: Path, demande: str) -> None:
    """She reads the way, tries her file, which is forgotten, and asks for the mandate that she has not."""
    jouer(agent, institution.qui.fonction, "/rejoindre", neuve=True)
    lisible(agent)
    expect(agent.get_by_role("heading", name=institution.nom)).to_be_visible()
    agent.get_by_role("link", name="Essayer un fichier", exact=True).click()
    agent.locator(f"a[href='/rejoindre/essai/{institution.source}']").click()
    agent.get_by_label("Fichier à essayer").set_input_files(fichier)
    agent.get_by_role("button", name="Essayer", exact=True).click()
    expect(agent.get_by_text("L’essai est fait et rien n’en est gardé")).to_be_visible()
    expect(agent.get_by_role("heading", name="La fiche que ce fichier donnerait")).to_be_visible()
    lisible(agent)
    agent.goto("/contact?sujet=rejoindre")
    agent.get_by_label("Votre message").fill(demande)
    agent.get_by_role("button", name="Envoyer", exact=True).click()
    expect(agent.get_by_text("Votre message est envoyé")).to_be_visible()
    lisible(agent)
    agent.goto(f"/depot/{institution.source}")
    expect(agent.get_by_label("Fichier", exact=True)).to_have_count(0)
    agent.context.clear_cookies()


def _donner_le_mandat(agent: Page, institution: Institution, demande: str) -> None:
    """The team gives the mandate, and answers."""
    jouer(agent, EQUIPE, "/gestion/comptes", neuve=True)
    agent.locator("#designation").fill(institution.qui.email)
    agent.locator("main").get_by_role("button", name="Chercher").click()
    expect(agent.get_by_role("heading", name="Mandats")).to_be_visible()
    agent.get_by_label("Mandat", exact=True).select_option("depot")
    agent.get_by_label("Producteur").select_option(institution.producteur)
    agent.get_by_role("button", name="Donner ce mandat").click()
    agent.goto("/gestion/messages")
    agent.locator("main tbody tr", has_text=demande).locator("a").click()
    lisible(agent)
    agent.get_by_label("Réponse").fill("C’est fait : le mandat de dépôt est dans votre menu.")
    agent.get_by_role("button", name="Envoyer la réponse").click()
    expect(agent.get_by_text("C’est enregistré")).to_be_visible()
    agent.context.clear_cookies()


def _deposer_et_publier(agent: Page, institution: Institution, fichier: Path) -> None:
    """She reads the answer, deposits and publishes; the page of her institution offers her its uses."""
    jouer(agent, institution.qui.fonction, "/mes-messages", neuve=True)
    expect(agent.get_by_text("le mandat de dépôt est dans votre menu")).to_be_visible()
    agent.goto(f"/depot/{institution.source}")
    agent.get_by_label("Fichier", exact=True).set_input_files(fichier)
    agent.get_by_role("button", name="Envoyer et vérifier").click()
    expect(agent.get_by_role("heading", name="Rapport")).to_be_visible()
    if agent.get_by_label("Motif").count():
        agent.get_by_label("Motif").fill("Premier dépôt, à la place de l’exemple de la démonstration.")
    agent.get_by_role("button", name="Publier").click()
    expect(agent.get_by_text("Ce dépôt a été publié")).to_be_visible()
    agent.goto(f"/producteurs/{institution.producteur}")
    lisible(agent)
    agent.get_by_role("link", name="Usages et qualité de vos données").click()
    lisible(agent)
    agent.context.clear_cookies()


def _dater_une_etape(agent: Page, institution: Institution) -> None:
    """The team dates a step that the catalogue does not prove; everyone reads that the data are in place."""
    jouer(agent, EQUIPE, "/gestion/raccordements", neuve=True)
    agent.get_by_role("link", name=institution.nom).click()
    lisible(agent)
    expect(agent.get_by_label("Étape").locator("option[value=publication]")).to_have_count(0)
    agent.get_by_label("Étape").select_option("habilitation")
    agent.get_by_label("État").select_option("faite")
    agent.locator("#id_le").fill("2025-01-06")
    agent.get_by_role("button", name="Noter l’étape").click()
    expect(agent.get_by_text("Le raccordement est enregistré")).to_be_visible()
    agent.context.clear_cookies()
    agent.goto("/rejoindre")
    expect(agent.get_by_role("heading", name=institution.nom)).to_contain_text("Données en place")


def _repondre_a_une_demande(agent: Page, institution: Institution) -> None:
    """Another service has asked hers a question: she answers it."""
    jouer(agent, institution.qui.fonction, "/", neuve=True)
    confirmer(agent, "/demandes")
    attendues = agent.locator("main tbody tr").filter(has_text=re.compile("À prendre|Prise en charge"))
    attendues.first.get_by_role("link").first.click()
    faire(agent, "Répondre", "Vu dans nos fichiers : rien de contraire.")
    expect(agent.get_by_text("Votre réponse est envoyée")).to_be_visible()
    lisible(agent)
    agent.context.clear_cookies()


def _remettre(agent: Page, institution: Institution) -> None:
    """The demonstration as it was, for who plays after: the version before, and no mandate."""
    jouer(agent, institution.qui.fonction, f"/depot/{institution.source}", neuve=True)
    agent.get_by_role("button", name="Revenir à la version d’avant").click()
    agent.context.clear_cookies()
    jouer(agent, EQUIPE, "/gestion/comptes", neuve=True)
    agent.locator("#designation").fill(institution.qui.email)
    agent.locator("main").get_by_role("button", name="Chercher").click()
    agent.get_by_role("button", name="Retirer le mandat").click()
    expect(agent.get_by_role("button", name="Retirer le mandat")).to_have_count(0)
    agent.context.clear_cookies()
