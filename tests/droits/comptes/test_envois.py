"""A form sent twice does once what it asks, and both answers lead to the same page."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import models
from django.test import Client
from django.utils import timezone

from fce.echanges.models import (
    Demande,
    Interaction,
    MessageDemande,
    NoteOperation,
    OperationConjointe,
    VisiteAnnoncee,
)
from fce.ensembles.listes.models import ListeDeTravail
from tests.concurrence import ensemble
from tests.echanges.demandes import fabrique as d
from tests.echanges.operations import fabrique as operations
from tests.echanges.operations.conftest import faire_salle
from tests.echanges.visites import fabrique as v
from tests.echanges.visites.test_ecrans import saisie

Envoi = tuple[Client, str, dict[str, Any], type[models.Model]]


def jeton(client: Client, page: str) -> str:
    """The token that one rendering of a page puts in its forms."""
    reponse = client.get(page)
    trouve = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', reponse.content.decode())
    assert trouve, (page, reponse.status_code)
    return trouve[1]


def _visite() -> Envoi:
    (ou,) = v.places()
    elle = v.service()
    return elle.client, f"/etablissement/{ou.siret}/visites/nouvelle", saisie(elle, ou), VisiteAnnoncee


def _contact() -> Envoi:
    (ou,) = v.places()
    elle = v.service()
    dit = {"service": elle.groupe.pk, "genre": "visite", "jour": timezone.localdate(), "sirets": [ou.siret]}
    return elle.client, f"/entreprise/{ou.siren}/contacts/nouveau", dit, Interaction


def _demande() -> Envoi:
    elle, asked, _ = d.trois()
    (siret,) = operations.sirene(1)
    dit = {"objet": "Visite prévue", "question": d.QUESTION, "destinataires": [asked.pk]}
    return elle.client(), f"/etablissement/{siret}/demande", dit, Demande


def _message() -> Envoi:
    elle, asked, _ = d.trois()
    fil = d.saisine(d.demande(elle, asked), asked)
    page = f"/demandes/{fil.demande.reference}"
    client = asked.client()
    client.post(f"{page}/saisines/{fil.reference}/prendre", {"version": fil.version})
    fil.refresh_from_db()
    dit = {"version": fil.version, "texte": "Oui."}
    return client, f"{page}/saisines/{fil.reference}/repondre", dit, MessageDemande


def _operation() -> Envoi:
    salle = faire_salle()
    jour = (timezone.localdate() + timedelta(days=10)).isoformat()
    dit = {"nom": "Marché de nuit", "jour": jour, "sirets": "\n".join(salle.sirets)}
    return salle.mene.client(), "/operations/creer", dit, OperationConjointe


def _note() -> Envoi:
    salle = faire_salle()
    return salle.mene.client(), f"/operations/{salle.reference}/notes", {"texte": "Devant la porte."}, NoteOperation


def _liste() -> Envoi:
    elle = v.service()
    return elle.client, "/listes/creer", {"nom": "Tournée", "pour": elle.groupe.pk}, ListeDeTravail


FORMULAIRES: dict[str, tuple[Callable[[], Envoi], str]] = {
    "visite": (_visite, ""),
    "contact": (_contact, ""),
    "demande": (_demande, ""),
    "message": (_message, "/demandes/[^/]+"),
    "opération": (_operation, ""),
    "note": (_note, "/operations/[^/]+"),
    "liste": (_liste, ""),
}


@pytest.mark.parametrize("nom", FORMULAIRES)
def test_e21_two_simultaneous_requests_of_one_form_do_it_once(
    nom: str, transactional_db: None, settings: Any, tmp_path: Any
) -> None:
    settings.FCE_PIECES_DIR = tmp_path / "pieces"
    prepare, page = FORMULAIRES[nom]
    client, adresse, dit, modele = prepare()
    trouvee = re.match(page, adresse) if page else None
    envoi = {**dit, "csrfmiddlewaretoken": jeton(client, trouvee[0] if trouvee else adresse)}
    reponses: list[Any] = []

    def envoyer() -> None:
        navigateur = Client(enforce_csrf_checks=True)
        navigateur.cookies.update(client.cookies)
        reponses.append(navigateur.post(adresse, envoi))

    avant = modele._default_manager.count()
    assert ensemble(envoyer, envoyer) == []
    assert [r.status_code for r in reponses] == [302, 302], [r.content.decode()[:2000] for r in reponses]
    assert modele._default_manager.count() == avant + 1
    assert reponses[0]["Location"] == reponses[1]["Location"]
    # Sent again later: a page that was slow to come, and its reader in a hurry.
    envoyer()
    assert (reponses[2]["Location"], modele._default_manager.count()) == (reponses[0]["Location"], avant + 1)


@pytest.mark.django_db
def test_e21_a_corrected_page_and_another_rendering_of_it_are_other_forms() -> None:
    client, adresse, dit, modele = _contact()
    envoi = {**dit, "csrfmiddlewaretoken": jeton(client, adresse)}
    assert client.post(adresse, {**envoi, "sirets": []}).status_code == 400
    assert client.post(adresse, envoi).status_code == 302
    assert client.post(adresse, {**envoi, "genre": "controle"}).status_code == 302
    assert client.post(adresse, {**envoi, "csrfmiddlewaretoken": jeton(client, adresse)}).status_code == 302
    assert modele._default_manager.count() == 3


@pytest.mark.django_db
def test_e21_a_session_keeps_its_last_forms_alone_and_what_it_held_before() -> None:
    elle = v.service()
    for rang in range(9):
        envoi = {
            "nom": f"Tournée {rang}",
            "pour": elle.groupe.pk,
            "csrfmiddlewaretoken": jeton(elle.client, "/listes/creer"),
        }
        assert elle.client.post("/listes/creer", envoi).status_code == 302
        assert elle.client.post("/listes/creer", envoi).status_code == 302
    assert ListeDeTravail.objects.count() == 9
    session = elle.agent.sessions.get()
    assert len(session.donnees["envois"]) == 5
    assert session.donnees["mfa"] is True
