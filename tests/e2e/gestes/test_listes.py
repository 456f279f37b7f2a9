"""Lists in two browsers: pasted by one agent, worked by two, made into an operation; what registers contradict is told
to its producer, who answers. And the whole gesture by keys alone."""

from __future__ import annotations

import re
from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from fce.demo import ouverture
from fce.demo.personnages import BOULANGERIE, GROUPE, INTERIM
from fce.socle.texte.identifiants import formater_siren
from tests.e2e.gestes.test_echanges import BUREAU, TELEPHONE, Ouvrir, lisible, ouvrir
from tests.e2e.personnages import jouer
from tests.echanges.interactions.test_navigateur import Clavier
from tests.navigateur import attendre_les_blocs

__all__ = ["ouvrir"]
pytestmark = pytest.mark.epreuve
INSPECTRICE, RESPONSABLE = "Inspectrice du travail", "Responsable d’unité de contrôle"
PRODUCTEUR, AILLEURS = "Responsable de données à la DGFiP", "Inspecteur du travail dans le Pas-de-Calais"
NOM, SIENNE, MIENNE = "Chantiers de l’automne", "Vue lundi avec le comité.", "À revoir en décembre."
SOCIETES = (BOULANGERIE, GROUPE, INTERIM)
FICHE = re.compile(r"/entreprise/\d{9}$")


def annoter(page: Page, nom: str) -> None:
    page.get_by_role("row", name=re.compile(nom)).get_by_role("link", name=re.compile("Annoter")).click()
    page.wait_for_url(re.compile(r"/lignes/[a-z2-7]{32}$"))


@pytest.mark.parametrize("largeur", [BUREAU, TELEPHONE])
def test_a_list_is_pasted_by_one_worked_by_two_and_made_into_an_operation(ouvrir: Ouvrir, largeur: int) -> None:
    elle, lui, etranger = (ouvrir(qui, largeur) for qui in (INSPECTRICE, RESPONSABLE, AILLEURS))
    elle.goto("/listes/creer")
    elle.get_by_label("Nom de la liste").fill(NOM)
    elle.get_by_label(re.compile(ouverture.INSPECTION_59.groupe)).check(force=True)
    elle.get_by_label("Numéros").fill("\n".join(societe.siren for societe in SOCIETES))
    lisible(elle, largeur)
    elle.get_by_role("button", name="Créer la liste").click()
    elle.wait_for_url(re.compile(r"/listes/[a-z2-7]{32}\?fait=liste-creee$"))
    liste = urlsplit(elle.url).path
    lui.goto("/listes")
    lui.get_by_role("link", name=re.compile(NOM)).first.click()
    expect(lui.get_by_role("row", name=re.compile(GROUPE.siren[:3]))).not_to_have_count(0)
    # Both open the same line; the second to save is refused, and keeps what he typed.
    annoter(elle, BOULANGERIE.nom)
    lui.goto(urlsplit(elle.url).path)
    elle.get_by_label("Vu", exact=True).check(force=True)
    elle.get_by_label("Note").fill(SIENNE)
    elle.get_by_role("button", name="Enregistrer").click()
    elle.wait_for_url(re.compile(r"\?fait=ligne-enregistree$"))
    lui.get_by_label("Note").fill(MIENNE)
    lui.get_by_role("button", name="Enregistrer").click()
    expect(lui.get_by_text("Ce que vous aviez saisi est gardé")).to_be_visible()
    expect(lui.get_by_text(SIENNE)).to_be_visible()
    expect(lui.get_by_label("Note")).to_have_value(MIENNE)
    lisible(lui, largeur)
    lui.get_by_role("button", name="Enregistrer").click()
    lui.wait_for_url(re.compile(r"\?fait=ligne-enregistree$"))
    elle.goto(liste)
    expect(elle.get_by_text(MIENNE)).to_be_visible()
    # He sets one aside; she makes an operation of the others.
    lui.get_by_role("row", name=re.compile(INTERIM.nom)).get_by_role("checkbox").check(force=True)
    lui.get_by_role("button", name="Marquer « écarté »").click()
    lui.wait_for_url(re.compile("fait=lignes-traitees"))
    elle.goto(liste)
    # Operations are under a secret that lists are not: she says her purpose once.
    elle.get_by_role("link", name="En faire une opération").click()
    elle.get_by_role("button", name="Confirmer et continuer").click()
    expect(elle.get_by_text("2 établissements deviennent des cibles")).to_be_visible()
    lisible(elle, largeur)
    elle.get_by_role("link", name="Préparer une nouvelle opération").click()
    expect(elle.get_by_label("Cibles")).to_have_value(re.compile(f"{BOULANGERIE.siren}.*\n{GROUPE.siren}"))
    elle.get_by_label("Nom de l’opération").fill(NOM)
    elle.locator("input[type=date]").first.fill((date.today() + timedelta(days=9)).isoformat())
    lisible(elle, largeur)
    elle.get_by_role("button", name="Créer l’opération").click()
    elle.wait_for_url(re.compile(r"/operations/[a-z2-7]{32}\?fait=operation-creee$"))
    # A target is an establishment, under the name of its shop.
    for societe in (BOULANGERIE, GROUPE):
        expect(elle.get_by_role("row", name=re.compile(formater_siren(societe.siren)))).to_have_count(1)
    # Nobody of another service learns that it is there.
    etranger.goto(liste)
    assert NOM not in etranger.content()
    etranger.goto("/listes")
    assert NOM not in etranger.content()


def test_a_contradiction_goes_to_its_producer_who_answers_and_the_agent_reads_it(ouvrir: Ouvrir) -> None:
    elle, producteur = ouvrir(INSPECTRICE), ouvrir(PRODUCTEUR)
    producteur.goto("/depot/contradictions")
    lisible(producteur)
    producteur.get_by_role("link", name=re.compile("TVA")).first.click()
    fiche = producteur.locator("main a[href^='/entreprise/']").first.get_attribute("href") or ""
    assert FICHE.search(fiche)
    elle.goto(fiche)
    attendre_les_blocs(elle)
    elle.locator("#contradictions summary").click()
    elle.locator("#contradictions").get_by_role("link", name=re.compile("^DGFiP")).first.click()
    lisible(elle)
    elle.get_by_label("Rubrique").select_option(index=1)
    elle.get_by_label("Ce qui est faux").fill("L’entreprise a cessé : ce numéro ne devrait plus être actif.")
    elle.get_by_role("button", name="Envoyer le signalement").click()
    elle.goto("/signalements")
    expect(elle.get_by_text("ce numéro ne devrait plus être actif")).to_be_visible()
    producteur.goto("/depot/signalements")
    producteur.get_by_role("row", name=re.compile("ne devrait plus être actif")).get_by_role("link").first.click()
    lisible(producteur)
    producteur.get_by_role("button", name="Prendre en charge").click()
    producteur.get_by_label("Corrigé").check(force=True)
    producteur.get_by_label("Réponse").fill("Retiré du fichier du mois prochain.")
    producteur.get_by_role("button", name="Envoyer la réponse").click()
    elle.goto("/signalements")
    expect(elle.get_by_text("Retiré du fichier du mois prochain.")).to_be_visible()
    lisible(elle)


def test_a_table_is_pasted_worked_kept_and_downloaded_by_keys_alone(ouvrir: Ouvrir) -> None:
    page = ouvrir("")
    jouer(page, INSPECTRICE, neuve=True)
    page.goto("/rapprochements")
    clavier = Clavier(page)
    clavier.aller_a("textarea[name=colle]")
    clavier.ecrire("siren")
    for societe in SOCIETES:
        clavier.presser("Enter")
        clavier.ecrire(societe.siren)
    clavier.aller_a("main form button[type=submit]")
    clavier.presser("Enter")
    page.wait_for_url(re.compile(r"/rapprochements/[a-z2-7]{32}$"))
    expect(page.get_by_role("heading", name="Voici ce qui est lu")).to_be_visible()
    lisible(page)
    clavier.aller_a("main button[value=chercher]")
    clavier.presser("Enter")
    expect(page.get_by_role("link", name=re.compile("Fichier Excel"))).to_be_visible(timeout=60_000)
    lisible(page)
    clavier.aller_a("a[href$='/fichiers']")
    clavier.presser("Enter")
    page.wait_for_url(re.compile(r"/fichiers$"))
    lisible(page)
    clavier.aller_a("input[name=format]")
    clavier.presser("ArrowDown")
    clavier.aller_a("main form button[type=submit]")
    clavier.presser("Enter")
    page.wait_for_url(re.compile(r"/fichiers/[a-z2-7]{32}\?fait=fichier-demande$"))
    lien = page.get_by_role("link", name="Télécharger le fichier (XLSX)")
    expect(lien).to_be_visible(timeout=60_000)
    lisible(page)
    clavier.aller_a("a[href$='/contenu']")
    with page.expect_download() as recu:
        clavier.presser("Enter")
    assert recu.value.suggested_filename.startswith("fce-tableau-")
    page.go_back()
    page.wait_for_url(re.compile(r"/fichiers$"))
