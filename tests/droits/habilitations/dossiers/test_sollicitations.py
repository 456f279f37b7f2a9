"""From the bloc that refuses to the request of a manager: the data set is not forgotten on the way."""

from __future__ import annotations

import pytest
from django.test import Client

from fce.droits.habilitations.models import Sollicitation
from tests.droits.comptes import fabrique as c
from tests.droits.comptes.courrier import relever
from tests.droits.habilitations.dossiers.fabrique import Scene
from tests.droits.habilitations.dossiers.test_pages import html_de

SOURCE = "activite-partielle"
pytestmark = pytest.mark.django_db


def test_a_manager_prepares_the_request_of_the_data_set_that_he_came_from(scene: Scene, gestionnaire: Client) -> None:
    html = html_de(gestionnaire, f"/habilitations?source={SOURCE}")
    assert "Vous voulez lire : Activité partielle" in html
    adresse = f"/habilitations/groupes/{scene.groupe.pk}/demande?source={SOURCE}"
    assert adresse in html
    formulaire = html_de(gestionnaire, adresse)
    assert 'value="emploi" checked' in " ".join(formulaire.replace("\n", " ").split()) or "checked" in formulaire
    assert "Activité partielle" in formulaire


@pytest.mark.parametrize("source", ["", "inconnue", "sirene-etablissements", "<script>"])
def test_nothing_is_proposed_for_what_no_habilitation_opens(gestionnaire: Client, source: str) -> None:
    assert "Vous voulez lire" not in html_de(gestionnaire, f"/habilitations?source={source}")


def test_a_member_asks_his_managers_once_and_reads_that_he_did(
    scene: Scene, membre: Client, gestionnaire: Client
) -> None:
    html = html_de(membre, f"/habilitations?source={SOURCE}")
    assert "Le demander aux gestionnaires" in html
    solliciter = f"/habilitations/groupes/{scene.groupe.pk}/solliciter"
    for _ in range(2):
        assert (
            membre.post(solliciter, {"source": SOURCE}).headers["Location"]
            == "/habilitations?fait=habilitation-sollicitee"
        )
    faite = Sollicitation.objects.get()
    lettres = relever()
    assert [lettre.to for lettre in lettres] == [[scene.gestionnaire.courriel]]
    assert f"n° {faite.pk}" in lettres[0].subject
    assert "Activité" not in lettres[0].subject + str(lettres[0].body)
    html = html_de(membre, "/habilitations?fait=habilitation-sollicitee")
    assert "transmise aux gestionnaires" in html
    assert "Ce que j’ai demandé à mes gestionnaires" in html
    assert "Répondre à un membre : Activité partielle" in html_de(gestionnaire, "/")
    assert "Répondre à un membre" not in html_de(membre, "/")
    adresse = f"/habilitations/groupes/{scene.groupe.pk}/demande?sollicitation={faite.pk}"
    assert "préparée pour lire" in html_de(gestionnaire, adresse)
    scene.soumise()
    assert "Répondre à un membre" not in html_de(gestionnaire, "/")


def test_only_a_member_of_the_group_asks_and_only_for_what_exists(scene: Scene, membre: Client) -> None:
    etranger = c.client_de(c.compte())
    solliciter = f"/habilitations/groupes/{scene.groupe.pk}/solliciter"
    assert etranger.post(solliciter, {"source": SOURCE}).status_code == 404
    assert membre.post(solliciter, {"source": "inconnue"}).status_code == 404
    assert membre.get(solliciter).status_code == 405
    assert Sollicitation.objects.count() == 0


def test_what_a_member_of_another_group_asked_prepares_nothing_here(scene: Scene, gestionnaire: Client) -> None:
    autre = Sollicitation.objects.create(groupe=c.groupe(), source=SOURCE, par="c1")
    adresse = f"/habilitations/groupes/{scene.groupe.pk}/demande?sollicitation={autre.pk}"
    assert "préparée pour lire" not in html_de(gestionnaire, adresse)


def test_a_right_without_a_screen_is_neither_shown_nor_asked_for(scene: Scene, gestionnaire: Client) -> None:
    for adresse in ("/droits", f"/habilitations/groupes/{scene.groupe.pk}/demande?profil=inspection-travail"):
        assert "Écrire à un service" not in html_de(gestionnaire, adresse)
