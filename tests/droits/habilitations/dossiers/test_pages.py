"""The pages of habilitations: what a member, a manager and an approver see, and what they may do from there."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from fce.droits.habilitations.dossiers import services
from fce.droits.habilitations.dossiers.etats import EtatDossier, GesteDossier
from fce.droits.habilitations.dossiers.presentation import DROITS
from fce.droits.habilitations.finalites import PROFILS
from fce.droits.habilitations.models import Dossier
from tests.droits.comptes import fabrique as comptes
from tests.droits.habilitations.dossiers.fabrique import Scene, formulaire


def html_de(client: Client, adresse: str, status: int = 200) -> str:
    reponse = client.get(adresse)
    assert reponse.status_code == status, (adresse, reponse.status_code)
    return reponse.content.decode()


def test_a_member_reads_what_his_group_may_and_until_when(scene: Scene, membre: Client) -> None:
    dossier = scene.validee(territoire=("59", "62"))
    page = html_de(membre, "/habilitations")
    assert f"N° {dossier.pk}<" in page
    assert "Nord (59), Pas-de-Calais (62)" in page
    assert "code du travail, art. L. 5122-1" in page
    assert f"{dossier.fin:%d/%m/%Y}" in page
    assert "Demander une habilitation" not in page


def test_a_member_does_not_see_drafts_and_opens_no_page_of_a_manager(scene: Scene, membre: Client) -> None:
    dossier = scene.brouillon()
    assert f"N° {dossier.pk}<" not in html_de(membre, "/habilitations")
    for adresse in (
        f"/habilitations/{dossier.pk}",
        f"/habilitations/{dossier.pk}/modifier",
        f"/habilitations/groupes/{scene.groupe.pk}/demande",
        f"/habilitations/groupes/{scene.groupe.pk}/membres",
        f"/habilitations/groupes/{scene.groupe.pk}/revue",
    ):
        html_de(membre, adresse, 404)
    assert membre.post(f"/habilitations/{dossier.pk}/soumettre").status_code == 404
    assert membre.post(f"/habilitations/groupes/{scene.groupe.pk}/demande", formulaire()).status_code == 404
    assert Dossier.objects.get().etat == EtatDossier.BROUILLON


def test_whoever_is_in_no_group_is_told_what_to_do(db: None) -> None:
    client = comptes.client_de(comptes.compte())
    html = html_de(client, "/habilitations")
    assert "Votre accès : il manque une habilitation" in html
    assert 'name="mission"' in html


def test_a_private_person_opens_none_of_it(db: None) -> None:
    client = comptes.client_de(comptes.particulier())
    for adresse in ("/habilitations", "/droits", "/habilitations/file", "/droits/c1"):
        html_de(client, adresse, 403)


@pytest.mark.parametrize("profil", PROFILS)
def test_a_ready_profile_fills_the_form_in(scene: Scene, gestionnaire: Client, profil: str) -> None:
    page = html_de(gestionnaire, f"/habilitations/groupes/{scene.groupe.pk}/demande?profil={profil}")
    for groupe in PROFILS[profil].groupes:
        assert f'value="{groupe}" id="id_groupes_de_donnees' in page
    assert page.count("checked") == len(
        [*PROFILS[profil].groupes, *PROFILS[profil].finalites, *(set(PROFILS[profil].droits) & set(DROITS))]
    )
    assert "Mission du service" in page


def test_an_unknown_profile_is_refused(scene: Scene, gestionnaire: Client) -> None:
    html_de(gestionnaire, f"/habilitations/groupes/{scene.groupe.pk}/demande?profil=tout", 400)


def test_the_form_names_the_sources_of_each_group_and_the_articles_of_each_purpose(
    scene: Scene, gestionnaire: Client
) -> None:
    page = html_de(gestionnaire, f"/habilitations/groupes/{scene.groupe.pk}/demande")
    assert "Activité partielle" in page
    assert "code de la consommation, art. L. 511-3" in page


def test_a_request_is_kept_then_sent(scene: Scene, gestionnaire: Client) -> None:
    adresse = f"/habilitations/groupes/{scene.groupe.pk}/demande"
    reponse = gestionnaire.post(adresse, formulaire(lieux="Bretagne, 2A", brouillon="1"))
    dossier = Dossier.objects.get()
    assert reponse["Location"] == f"/habilitations/{dossier.pk}?fait=habilitation-brouillon"
    assert dossier.territoire == ["22", "29", "2A", "35", "56"]
    assert (dossier.etat, dossier.demandeur) == (EtatDossier.BROUILLON, scene.gestionnaire.identifiant)
    page = html_de(gestionnaire, reponse["Location"])
    assert "Bretagne, Corse-du-Sud (2A)" in page
    assert "Soumettre la demande" in page
    assert gestionnaire.post(f"/habilitations/{dossier.pk}/soumettre").status_code == 302
    assert Dossier.objects.get().etat == EtatDossier.SOUMIS


def test_a_request_may_be_sent_at_once(scene: Scene, gestionnaire: Client) -> None:
    adresse = f"/habilitations/groupes/{scene.groupe.pk}/demande"
    assert gestionnaire.post(adresse, formulaire(soumettre="1")).status_code == 302
    assert Dossier.objects.get().etat == EtatDossier.SOUMIS


@pytest.mark.parametrize(
    ("faute", "phrase"),
    [
        ({"lieux": "Bretagnne"}, "vouliez-vous dire « Bretagne »"),
        ({"lieux": ""}, "Indiquez un territoire"),
        ({"groupes_de_donnees": []}, "obligatoire"),
        ({"groupes_de_donnees": ["tout"]}, "tout"),
        ({"finalites": ["curiosite"]}, "curiosite"),
        # S16: nothing opens the tax data; the purpose of the tax office opens nothing.
        ({"groupes_de_donnees": ["emploi", "fiscal"]}, "ouvre ces données : Données fiscales"),
        ({"finalites": ["activite-partielle", "controle-fiscal"]}, "aucune des données demandées"),
        ({"droits": ["administrer"]}, "administrer"),
        ({"base_legale": "parce que"}, "10"),
        ({"convention": "javascript:alert(1)"}, "URL"),
        ({"territoire": ["00"]}, "00"),
    ],
)
def test_a_fault_is_said_beside_its_field(
    scene: Scene, gestionnaire: Client, faute: dict[str, Any], phrase: str
) -> None:
    reponse = gestionnaire.post(f"/habilitations/groupes/{scene.groupe.pk}/demande", formulaire(**faute))
    assert reponse.status_code == 400
    assert phrase in reponse.content.decode()
    assert not Dossier.objects.exists()


def test_ticked_départements_and_named_ones_add_up(scene: Scene, gestionnaire: Client) -> None:
    adresse = f"/habilitations/groupes/{scene.groupe.pk}/demande"
    gestionnaire.post(adresse, formulaire(territoire=["59", "62"], lieux="80"))
    assert Dossier.objects.get().territoire == ["59", "62", "80"]


def test_the_form_of_a_draft_has_its_boxes_ticked(scene: Scene, gestionnaire: Client) -> None:
    dossier = scene.brouillon(territoire=("59", "62"))
    page = html_de(gestionnaire, f"/habilitations/{dossier.pk}/modifier")
    assert "(2 sur 5)" in page
    gestionnaire.post(f"/habilitations/{dossier.pk}/modifier", formulaire(territoire=["62"], lieux=""))
    assert Dossier.objects.get().territoire == ["62"]


def test_a_renewal_starts_from_the_habilitation_and_says_so(scene: Scene, gestionnaire: Client) -> None:
    ancien = scene.validee()
    adresse = f"/habilitations/groupes/{scene.groupe.pk}/demande?renouvelle={ancien.pk}"
    assert f"reprend l’habilitation n° {ancien.pk}" in html_de(gestionnaire, adresse)
    gestionnaire.post(adresse, formulaire())
    assert Dossier.objects.exclude(pk=ancien.pk).get().renouvelle == ancien


def test_a_renewal_starts_from_a_habilitation_of_the_same_group_only(scene: Scene, gestionnaire: Client) -> None:
    autre = comptes.groupe()
    ailleurs = services.creer(autre, services.du_profil("ccrf", ("59",)), "c0")
    adresse = f"/habilitations/groupes/{scene.groupe.pk}/demande?renouvelle="
    for numero in (str(ailleurs.pk), "0", "x", "9" * 30, "²"):
        html_de(gestionnaire, adresse + numero, 404)


def test_the_manager_of_another_group_finds_nothing(scene: Scene) -> None:
    dossier = scene.soumise()
    autre = comptes.compte()
    comptes.appartenance(autre, comptes.groupe(), gestionnaire=True)
    client = comptes.client_de(autre)
    assert client.get(f"/habilitations/{dossier.pk}").status_code == 404
    # "Exists, and is not yours" and "does not exist" are told in the same words.
    absente, etrangere = (client.get(f"/habilitations/{n}").content.decode() for n in (dossier.pk + 1, dossier.pk))
    assert _sans_numero(absente) == _sans_numero(etrangere)


def _sans_numero(page: str) -> str:
    debut = page.index("<h1")
    return page[debut : page.index("Numéro de la demande")]


def test_a_suspended_manager_manages_nothing(scene: Scene, gestionnaire: Client) -> None:
    dossier = scene.brouillon()
    scene.groupe.appartenances.filter(compte=scene.gestionnaire).update(suspendue_le="2026-01-01T00:00Z")
    html_de(gestionnaire, f"/habilitations/{dossier.pk}", 404)
    page = html_de(gestionnaire, "/habilitations")
    assert "Vous êtes suspendu de ce groupe" in page
    assert f"N° {dossier.pk}<" not in page


def test_the_queue_is_for_approvers(scene: Scene, gestionnaire: Client, membre: Client) -> None:
    dossier = scene.soumise()
    for client in (gestionnaire, membre):
        html_de(client, "/habilitations/file", 403)
        html_de(client, f"/habilitations/file/{dossier.pk}", 403)
        assert client.post(f"/habilitations/file/{dossier.pk}", {"geste": "valider"}).status_code == 403
    assert Dossier.objects.get().etat == EtatDossier.SOUMIS


def test_the_queue_shows_what_waits_and_no_draft(scene: Scene, approbateur: Client) -> None:
    attend, brouillon = scene.soumise(), scene.brouillon()
    page = html_de(approbateur, "/habilitations/file")
    assert f"N° {attend.pk}<" in page
    assert f"N° {brouillon.pk}<" not in page
    html_de(approbateur, f"/habilitations/file/{brouillon.pk}", 404)
    html_de(approbateur, "/habilitations/file?etat=brouillon", 400)
    assert "Aucune habilitation dans cet état" in html_de(approbateur, "/habilitations/file?etat=valide")


def test_the_page_of_a_request_says_all_that_it_asks(scene: Scene, approbateur: Client) -> None:
    dossier = scene.soumise(convention="https://convention.example/1", conditions="Sur place seulement.")
    page = html_de(approbateur, f"/habilitations/file/{dossier.pk}")
    for attendu in (
        scene.gestionnaire.nom_complet, scene.groupe.nom, "Nord (59)", "Consulter, Exporter", "art. L. 5122-1",
        "https://convention.example/1", "Sur place seulement.", "Demande soumise",
        f"/droits/{scene.membre.identifiant}",
    ):  # fmt: skip
        assert attendu in page


def test_the_history_tells_before_and_after_in_words(scene: Scene, gestionnaire: Client) -> None:
    dossier = scene.soumise()
    services.decider(
        GesteDossier.DEMANDER_CORRECTIONS, dossier, scene.approbateur.identifiant, "Le territoire est trop large."
    )
    gestionnaire.post(f"/habilitations/{dossier.pk}/modifier", formulaire(lieux="Pas-de-Calais"))
    page = html_de(gestionnaire, f"/habilitations/{dossier.pk}")
    assert "Le territoire est trop large." in page
    assert "<bdi>Nord (59)</bdi>" in page
    assert "<bdi>Pas-de-Calais (62)</bdi>" in page
    assert "à corriger" in page


def test_the_menu_leads_there(scene: Scene, approbateur: Client, membre: Client) -> None:
    page = html_de(membre, "/compte")
    assert 'href="/habilitations"' in page
    assert 'href="/droits"' in page
    assert 'href="/habilitations/file"' not in page
    assert 'href="/habilitations/file"' in html_de(approbateur, "/habilitations")


def test_pages_cost_a_handful_of_queries(
    scene: Scene, membre: Client, approbateur: Client, django_assert_max_num_queries: Any
) -> None:
    for _ in range(5):
        dossier = scene.validee()
    with django_assert_max_num_queries(9):
        html_de(membre, "/habilitations")
    with django_assert_max_num_queries(9):
        html_de(approbateur, "/habilitations/file?etat=valide")
    with django_assert_max_num_queries(13):
        html_de(approbateur, f"/habilitations/file/{dossier.pk}")
