"""The pages of the journal and of the API tokens: who sees what, and what is told to whom."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from fce.droits.comptes.models import Compte, Groupe
from fce.droits.habilitations.finalites import Droit
from fce.droits.habilitations.models import Dossier, JetonApi
from fce.droits.journal.models import Consultation, LectureDuJournal
from tests.acces import jeux
from tests.acces.acteurs import dossier
from tests.droits.comptes import fabrique as c

pytestmark = pytest.mark.django_db(transaction=True)
FICHE = f"/entreprise/{jeux.SIREN}"


@pytest.fixture
def equipe() -> tuple[Groupe, Compte, Client, Compte, Client, Dossier]:
    """A group with an inspector and a manager, both signed in."""
    groupe = c.groupe(nom="Inspection")
    inspectrice, gestionnaire = c.compte(nom="LECTRICE"), c.compte(nom="CHEFFE")
    c.appartenance(inspectrice, groupe)
    c.appartenance(gestionnaire, groupe, gestionnaire=True)
    tenu = dossier(groupe, "inspection-travail", ("59",), droits=(Droit.CONSULTER, Droit.EXPORTER, Droit.API))
    clients = [Client(), Client()]
    c.connecter(clients[0], inspectrice)
    c.connecter(clients[1], gestionnaire)
    return groupe, inspectrice, clients[0], gestionnaire, clients[1], tenu


def test_an_agent_reads_his_own_consultations_and_nobody_else_s(equipe) -> None:
    _, _, elle, _, autre, _ = equipe
    jeux.peupler()
    elle.get(FICHE)
    page = unescape(elle.get("/journal").content.decode())
    assert jeux.SIREN in page
    assert "Contrôle de l'application du droit du travail" in page
    assert "MRK-" not in page
    assert jeux.SIREN not in autre.get("/journal").content.decode()


def test_a_manager_sees_counts_then_the_detail_with_a_reason_that_the_agent_is_told(equipe) -> None:
    groupe, inspectrice, elle, _, chef, _ = equipe
    jeux.peupler()
    elle.get(FICHE)
    comptes = chef.get(f"/habilitations/groupes/{groupe.pk}/consultations").content.decode()
    assert "LECTRICE" in comptes
    assert jeux.SIREN not in comptes
    adresse = f"/habilitations/groupes/{groupe.pk}/consultations/{inspectrice.pk}"
    assert jeux.SIREN not in chef.get(adresse).content.decode()
    court = chef.post(adresse, {"motif": "voir"})
    assert court.status_code == 400
    assert not LectureDuJournal.objects.filter(agents__contains=[inspectrice.identifiant]).exists()
    page = chef.post(adresse, {"motif": "Signalement d’un volume inhabituel"})
    assert jeux.SIREN in page.content.decode()
    dite = elle.get("/journal").content.decode()
    assert "CHEFFE" in dite
    assert "volume inhabituel" in dite


def test_acm_11_a_manager_reads_nothing_of_another_group(equipe) -> None:
    _, inspectrice, *_ = equipe
    autre_groupe, autre = c.groupe(nom="Autre"), c.compte()
    c.appartenance(autre, autre_groupe, gestionnaire=True)
    client = c.client_de(autre)
    groupe = equipe[0]
    assert client.get(f"/habilitations/groupes/{groupe.pk}/consultations").status_code == 404
    detail = f"/habilitations/groupes/{autre_groupe.pk}/consultations/{inspectrice.pk}"
    assert client.post(detail, {"motif": "Signalement d’un volume"}).status_code == 404


def test_s7_a_manager_reads_only_what_was_read_for_his_organisation(equipe) -> None:
    """The inspector works for two organisations of one SIRET: what she reads for one is not the other's."""
    groupe, inspectrice, _, _, chef, _ = equipe
    jeux.peupler()
    entiere = c.organisation(numero=c.SERVICE[:9], nom="Administration entière")
    autre = c.groupe(organisation=entiere, nom="Fraudes")
    c.appartenance(inspectrice, autre)
    cheffe_d_autre = c.compte(nom="AUTRECHEFFE")
    c.appartenance(cheffe_d_autre, autre, gestionnaire=True)
    dossier(autre, "dgfip", ("59",))
    client = c.client_de(cheffe_d_autre)
    session = c.client_de(inspectrice, finalite="controle-fiscal")
    session.get(FICHE)

    def affiches(lecteur: Client, du_groupe: Groupe) -> str:
        adresse = f"/habilitations/groupes/{du_groupe.pk}/consultations/{inspectrice.pk}"
        return unescape(lecteur.post(adresse, {"motif": "Signalement d’un volume inhabituel"}).content.decode())

    travail, impots = "Contrôle de l'application du droit du travail", "Assiette, contrôle et recouvrement de l'impôt"
    assert Consultation.objects.filter(agent=inspectrice.identifiant, finalite="controle-fiscal").exists()
    assert impots not in affiches(chef, groupe)
    assert travail in affiches(chef, groupe)
    assert impots in affiches(client, autre)
    assert travail not in affiches(client, autre)


def test_log_07_an_auditor_searches_the_journal_and_reads_no_data(equipe) -> None:
    _, inspectrice, elle, *_ = equipe
    jeux.peupler()
    elle.get(FICHE)
    auditrice = c.mandataire("auditeur")
    client = c.client_de(auditrice)
    trouve = client.post("/journal/recherche", {"motif": "Contrôle interne annuel", "numero": jeux.SIREN})
    assert trouve.status_code == 200
    assert inspectrice.identifiant in trouve.content.decode()
    assert "MRK-activite-partielle" not in client.get(f"{FICHE}/tout").content.decode()
    fichier = client.post("/journal/recherche", {"motif": "Contrôle interne annuel", "exporter": "1"})
    assert b"".join(fichier).startswith(b"\xef\xbb\xbf") or fichier["Content-Type"].startswith("text/csv")
    assert Consultation.objects.filter(surface="csv", agent=auditrice.identifiant).exists()
    assert "Contrôle interne annuel" in elle.get("/journal").content.decode()


def test_auth_09_a_token_is_shown_once_works_and_ends_at_once(equipe) -> None:
    _, _, elle, _, chef, tenu = equipe
    jeux.peupler()
    adresse = f"/habilitations/{tenu.pk}/jetons"
    assert elle.get(adresse).status_code == 404
    cree = chef.post(adresse, {"libelle": "Outil métier", "jours": "30"}).content.decode()
    secret = re.search(r"fceapi_[A-Za-z0-9_-]{43}", cree)[0]  # type: ignore[index]
    assert secret not in chef.get(adresse).content.decode()
    jeton = JetonApi.objects.get()
    assert secret not in str(jeton.__dict__)
    api = f"/api/v1/entreprises/{jeux.SIREN}?finalite=controle-travail&reference=2026-0117"
    entete = {"Authorization": f"Bearer {secret}"}
    assert "MRK-activite-partielle" in Client().get(api, headers=entete).content.decode()
    assert Consultation.objects.filter(agent=jeton.identifiant, surface="api").exists()
    assert chef.post(f"{adresse}/{jeton.pk}/revoquer").status_code == 302
    assert Client().get(api, headers=entete).status_code == 401


def test_auth_09_no_token_without_a_second_factor_nor_without_the_right(equipe) -> None:
    *_, gestionnaire, _, tenu = equipe
    simple = c.client_de(gestionnaire, mfa=False)
    assert simple.post(f"/habilitations/{tenu.pk}/jetons", {"libelle": "x", "jours": "30"}).status_code == 403
    Dossier.objects.filter(pk=tenu.pk).update(droits=["consulter"])
    assert equipe[4].post(f"/habilitations/{tenu.pk}/jetons", {"libelle": "x", "jours": "30"}).status_code == 403
