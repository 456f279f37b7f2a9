"""A data officer sends a file and gives it up; a company head asks, the team answers, he reports an error."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from fce.demo.personnages import GROUPE
from tests.e2e.personnages import jouer
from tests.e2e.test_personnages import lisible

pytestmark = pytest.mark.epreuve
SOURCE = "/depot/dgfip-chiffre-affaires"


def test_a_data_officer_sends_a_file_reads_its_report_and_gives_it_up(agent: Page, tmp_path: Path) -> None:
    jouer(agent, "Responsable de données", "/depot", neuve=True)
    lisible(agent)
    agent.locator(f"a[href='{SOURCE}']").click()
    avant = agent.locator("dl").first.inner_text()
    lisible(agent)
    fichier = tmp_path / f"chiffre-affaires-{'x' * 90}.csv"
    exemple = agent.request.get("/sources/dgfip-chiffre-affaires/exemple").body()
    # Other bytes at each run: the same file sent again is the same deposit.
    fichier.write_bytes(exemple + exemple.splitlines()[-1].replace(b"0", b"Z") + b"\n")
    agent.get_by_label("Fichier", exact=True).set_input_files(fichier)
    agent.get_by_role("button", name="Envoyer et vérifier").click()
    expect(agent.locator("h1")).to_contain_text("Dépôt n°")
    expect(agent.get_by_role("heading", name="Rapport")).to_be_visible()
    lisible(agent)
    agent.get_by_role("button", name="Abandonner").click()
    expect(agent.get_by_text("Ce dépôt a été abandonné")).to_be_visible()
    agent.goto(SOURCE)
    assert agent.locator("dl").first.inner_text() == avant


def test_a_data_officer_is_told_of_an_empty_file_beside_its_field(agent: Page, tmp_path: Path) -> None:
    jouer(agent, "Responsable de données", SOURCE, neuve=True)
    (tmp_path / "vide.csv").write_bytes(b"")
    agent.get_by_label("Fichier", exact=True).set_input_files(tmp_path / "vide.csv")
    agent.get_by_role("button", name="Envoyer et vérifier").click()
    expect(agent.locator(".fr-message--error")).to_have_text("Le fichier est vide (0 octet).")
    lisible(agent)


def test_a_company_head_asks_the_team_answers_he_reports_an_error(agent: Page) -> None:
    jouer(agent, "Président de", "/mes-entreprises", neuve=True)
    agent.get_by_label("SIREN de l’entreprise").fill("123 456 789")
    agent.get_by_role("button", name="Envoyer la demande").click()
    expect(agent.locator(".fr-message--error")).to_contain_text("Ce n’est pas un SIREN")
    lisible(agent)
    agent.get_by_label("SIREN de l’entreprise").fill(GROUPE.siren)
    agent.get_by_role("button", name="Envoyer la demande").click()
    expect(agent.get_by_text("une personne la lira")).to_be_visible()
    agent.context.clear_cookies()

    jouer(agent, "Équipe de la fiche commune", "/gestion/rattachements", neuve=True)
    lisible(agent)
    agent.locator("main tbody a").first.click()
    expect(agent.get_by_text("concordant")).to_be_visible()
    lisible(agent)
    agent.get_by_role("button", name="Valider").click()
    expect(agent.locator("dl")).to_contain_text("validé")
    agent.context.clear_cookies()

    jouer(agent, "Président de", "/mes-entreprises", neuve=True)
    lisible(agent)
    agent.get_by_role("link", name="Signaler une erreur").click()
    lisible(agent)
    agent.get_by_label("Ce qui est faux").fill("L’effectif montré est celui d’il y a trois ans.")
    agent.get_by_role("button", name="Envoyer le signalement").click()
    expect(agent.get_by_text("lu par l’équipe")).to_be_visible()
    lisible(agent)
    agent.context.clear_cookies()

    jouer(agent, "Équipe de la fiche commune", "/gestion/signalements", neuve=True)
    lisible(agent)
    agent.locator("main tbody a").last.click()  # after those of the demonstration
    lisible(agent)
    agent.get_by_label("Corrigé").check(force=True)
    agent.get_by_label("Réponse").fill("Corrigé à la prochaine livraison.")
    agent.get_by_role("button", name="Envoyer la réponse").click()
    expect(agent.locator("dl")).to_contain_text("Corrigé à la prochaine livraison.")
    agent.context.clear_cookies()

    jouer(agent, "Président de", "/signalements", neuve=True)
    expect(agent.get_by_text("Corrigé à la prochaine livraison.")).to_be_visible()
    # The demonstration as it was, for who plays after.
    agent.goto("/mes-entreprises")
    agent.get_by_role("button", name="Mettre fin").click()
    expect(agent.get_by_text("terminé")).to_be_visible()
