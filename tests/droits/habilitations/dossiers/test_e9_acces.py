"""An agent without habilitation: one card, one request for all that his mission reads, and its answer told there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from fce.droits.comptes import demandes
from fce.droits.comptes.models import Appartenance, DemandeOuverture
from fce.droits.habilitations.dossiers import services
from fce.droits.habilitations.dossiers.services import Contenu
from fce.droits.habilitations.finalites import FINALITES, PROFILS
from fce.droits.habilitations.formulaires import FormulaireAcces
from fce.droits.habilitations.models import Dossier, Sollicitation
from tests.droits.comptes import fabrique as c
from tests.droits.comptes.courrier import relever
from tests.droits.habilitations.dossiers.fabrique import Scene
from tests.service.portail.pages import verifier

pytestmark = pytest.mark.django_db
CARTE = "Votre accès : il manque une habilitation"
ACCES = "/habilitations/acces"
MISSION = "inspection-travail"


def page(client: Client, adresse: str = "/") -> str:
    reponse = client.get(adresse)
    assert reponse.status_code == 200
    html: str = reponse.content.decode()
    verifier(html)
    return html


def coches(html: str) -> set[str]:
    return {g for g in ("travail", "emploi", "contacts", "social", "fiscal") if f'value="{g}"' in html} & {
        morceau.partition('"')[0]
        for morceau in html.split('name="groupes_de_donnees" value="')[1:]
        if "checked" in morceau.partition(">")[0]
    }


def test_e9_an_agent_without_a_group_reads_one_card_and_sends_one_request() -> None:
    agent = c.compte()
    client = c.client_de(agent)
    html = page(client)
    assert html.count(CARTE) == 1
    assert "À faire" not in html
    html = page(client, f"{ACCES}?mission={MISSION}")
    assert coches(html) == PROFILS[MISSION].groupes
    assert 'value="social"' in html
    assert 'value="fiscal"' not in html
    assert "L. 8112-1" in html
    envoi = {"mission": MISSION, "groupes_de_donnees": ["travail", "emploi"], "service": "UC Nord 2"}
    envoi["base_legale"] = "Contrôle : code du travail, art. L. 8112-1."
    assert client.post(ACCES, envoi).headers["Location"] == f"{ACCES}?fait=acces-demande"
    demande = DemandeOuverture.objects.get()
    assert (demande.siret, demande.profil) == (agent.siret, PROFILS[MISSION].libelle)
    assert "Relations et inspection du travail" in demande.besoin
    html = page(client)
    assert f"Demande d’accès n° {demande.pk}" in html
    assert f"envoyée le {timezone.localdate():%d/%m/%Y}, attend <bdi>l’équipe" in html
    assert 'name="mission"' not in html
    client.post(ACCES, envoi)
    assert DemandeOuverture.objects.count() == 1
    assert Dossier.objects.count() == 0


def test_e9_what_was_typed_stays_when_the_request_is_refused_by_its_form() -> None:
    client = c.client_de(c.compte())
    for faute in ({"groupes_de_donnees": ["fiscal"]}, {"service": ""}, {"mission": "inconnue"}):
        envoi = {"mission": MISSION, "groupes_de_donnees": ["travail"], "service": "UC Nord 2"}
        envoi |= {"base_legale": "Contrôle du travail, article L. 8112-1."} | faute
        reponse = client.post(ACCES, envoi)
        assert reponse.status_code == 400
        assert "Contrôle du travail, article L. 8112-1." in reponse.content.decode()
    assert DemandeOuverture.objects.count() == 0


def test_e9_a_refused_request_is_told_and_asked_again() -> None:
    agent = c.compte()
    refusee = demandes.deposer(agent, organisme="x", service="y", profil="", besoin="z")
    demandes.decider(refusee, acceptee=False, reponse="Précisez le service.", par="operateur")
    html = page(c.client_de(agent))
    assert "a été refusée le" in html
    assert "Précisez le service." in html
    assert 'name="mission"' in html


def test_e9_a_member_whose_habilitation_has_expired_asks_his_managers_at_once(scene: Scene, membre: Client) -> None:
    hier = timezone.localdate() - timedelta(days=1)
    dossier = scene.validee()
    assert CARTE not in page(membre)
    Dossier.objects.filter(pk=dossier.pk).update(debut=hier - timedelta(days=30), fin=hier)
    html = page(membre)
    assert f"L’habilitation n° {dossier.pk} a expiré le {hier:%d/%m/%Y}." in html
    envoi = {"mission": MISSION, "groupes_de_donnees": ["contacts", "travail", "social"]}
    for _ in range(2):
        assert membre.post(ACCES, envoi).status_code == 302
    faite = Sollicitation.objects.get()
    assert [lettre.to for lettre in relever()] == [[scene.gestionnaire.courriel]]
    html = page(membre)
    assert f"attend <bdi>les gestionnaires de {scene.groupe.nom}</bdi>" in html
    gestionnaire = c.client_de(scene.gestionnaire)
    assert "Contacts des services" in page(
        gestionnaire, f"/habilitations/groupes/{scene.groupe.pk}/demande?sollicitation={faite.pk}"
    )


def test_e9_a_manager_prepares_the_draft_that_another_person_grants(scene: Scene) -> None:
    html = page(c.client_de(scene.gestionnaire))
    assert f"/habilitations/groupes/{scene.groupe.pk}/demande?profil={MISSION}" in html
    assert c.client_de(scene.gestionnaire).post(ACCES, {"mission": MISSION}).status_code == 302
    assert Sollicitation.objects.count() == 0
    soumis = scene.soumise()
    html = page(c.client_de(scene.membre))
    assert f"Habilitation n° {soumis.pk} de {scene.groupe.nom}" in html
    assert "attend <bdi>les approbateurs</bdi>" in html


def test_e9_a_group_of_the_administration_is_asked_to_enter_and_its_manager_adds(scene: Scene) -> None:
    agent, ailleurs = c.compte(nom="Nouvelle"), c.compte(siret=c.AUTRE_SERVICE)
    rejoindre = f"/habilitations/groupes/{scene.groupe.pk}/rejoindre"
    assert rejoindre in page(c.client_de(agent))
    assert rejoindre not in page(c.client_de(ailleurs))
    assert scene.groupe.nom not in page(c.client_de(ailleurs))
    for etranger in (ailleurs, scene.membre, scene.approbateur):
        assert c.client_de(etranger).post(rejoindre).status_code == 404
    client = c.client_de(agent)
    assert [client.post(rejoindre).status_code for _ in range(2)] == [302, 302]
    faite = Sollicitation.objects.get()
    assert not Appartenance.objects.filter(compte=agent).exists()
    assert "entrer dans le groupe" in page(client)
    gestionnaire = c.client_de(scene.gestionnaire)
    adresse = f"/habilitations/groupes/{scene.groupe.pk}/membres?sollicitation={faite.pk}"
    accueil = page(gestionnaire)
    assert adresse in accueil
    assert "Nouvelle" in accueil
    assert agent.courriel in page(gestionnaire, adresse)
    ajout = {"courriel": agent.courriel}
    gestionnaire.post(f"/habilitations/groupes/{scene.groupe.pk}/membres/ajouter", ajout)
    assert adresse not in page(gestionnaire)


def test_e9_a_contractor_and_a_suspended_member_read_why_and_send_nothing(scene: Scene) -> None:
    suspendu = c.compte()
    c.appartenance(suspendu, scene.groupe, suspendue_le=timezone.now())
    for compte, pourquoi in ((c.compte(roles=[]), "prestataire"), (suspendu, "suspendu de votre groupe")):
        client = c.client_de(compte)
        html = page(client)
        assert pourquoi in html
        assert 'name="mission"' not in html
        assert "/rejoindre" not in html
        client.post(ACCES, {"mission": MISSION, "groupes_de_donnees": ["travail"], "service": "x"})
    assert DemandeOuverture.objects.count() == Sollicitation.objects.count() == 0


def test_e9_neither_a_private_person_nor_an_approver_nor_an_anonymous_reader_has_the_card(scene: Scene) -> None:
    particulier = c.client_de(c.particulier())
    assert CARTE not in page(particulier)
    assert particulier.post(ACCES, {"mission": MISSION}).status_code == 403
    assert CARTE not in page(c.client_de(scene.approbateur))
    assert Client().post(ACCES).status_code == 401


def test_e9_without_a_second_factor_the_card_stands_and_tasks_do_not() -> None:
    html = page(c.client_de(c.compte(), mfa=False))
    assert CARTE in html
    assert "À faire" not in html


@pytest.mark.parametrize("mission", PROFILS)
def test_e9_every_mission_proposes_data_and_a_legal_basis_that_hold_together(mission: str) -> None:
    depart = FormulaireAcces.depart(mission)
    donnees, base = tuple(depart["groupes_de_donnees"]), depart["base_legale"]
    Contenu(donnees, PROFILS[mission].finalites, ("59",), ("consulter",), base).verifier()
    assert all(FINALITES[f].articles[0] in base for f in PROFILS[mission].finalites)
    assert services.du_profil(mission, ("59",)).groupes_de_donnees == donnees
