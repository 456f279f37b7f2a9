"""The files of a form that is shown again: kept through steps and errors, for their author alone, for a while."""

from __future__ import annotations

import os
import re
import time
import uuid
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from fce.echanges.erreurs import PieceRefusee
from fce.echanges.models import Demande, Interaction, MessageDemande, PieceJointe
from fce.echanges.pieces import services
from fce.echanges.pieces.gardees import PieceDeposee
from fce.echanges.tasks import effacer_pieces
from tests.echanges.demandes import fabrique as d
from tests.echanges.demandes.fabrique import N
from tests.echanges.interactions import fabrique as e
from tests.echanges.operations import fabrique as operations

pytestmark = pytest.mark.django_db
CONTACT = f"/entreprise/{e.SIREN}/contacts/nouveau"
NIR = "NIR 1 84 12 76 451 089 46"


@pytest.fixture(autouse=True)
def dossier(settings: Any, tmp_path: Path) -> Path:
    settings.FCE_DATA_DIR, settings.FCE_PIECES_DIR = tmp_path, tmp_path / "pieces"
    return tmp_path / "pieces"


def octets(dossier: Path) -> list[Path]:
    return [chemin for chemin in dossier.rglob("*") if chemin.is_file()]


def gardees(reponse: Any) -> list[str]:
    """The tokens that a browser would send back."""
    page = unescape(reponse.content.decode())
    cases = re.findall(r'<input type="checkbox" name="gardees" value="([^"]+)" id="[^"]+" checked>', page)
    assert len(cases) == len(re.findall(r'name="gardees"', page))
    return cases


def noms() -> set[str]:
    return set(PieceJointe.objects.values_list("nom", flat=True))


def test_e10_a_file_survives_each_step_and_each_error_of_a_question() -> None:
    elle, asked, _ = d.trois()
    d.inscrire(asked, N.DGFIP, champs=("Période",))
    (siret,) = operations.sirene(1)
    client, adresse = elle.client(), f"/etablissement/{siret}/demande"
    envoi: dict[str, Any] = {"objet": "", "question": d.QUESTION, "destinataires": [asked.pk]}
    reponse = client.post(adresse, envoi | {"pieces": [e.image("un.png")]})
    assert reponse.status_code == 400
    assert "un.png" in reponse.content.decode()
    # A second file is added, and the next error is in the text.
    envoi |= {"objet": "Visite", "question": NIR, "gardees": gardees(reponse), f"precision-{asked.pk}-0": "2024"}
    reponse = client.post(adresse, envoi | {"pieces": [e.image("deux.png")]})
    assert (reponse.status_code, len(gardees(reponse))) == (400, 2)
    # Something to confirm, then the step of what the service asks for.
    envoi |= {"question": "La plainte de X", "gardees": gardees(reponse)}
    reponse = client.post(adresse, envoi)
    assert (reponse.status_code, len(gardees(reponse))) == (409, 2)
    envoi |= {"confirme": "on", "gardees": gardees(reponse)}
    del envoi[f"precision-{asked.pk}-0"]
    reponse = client.post(adresse, envoi)
    assert (reponse.status_code, len(gardees(reponse)), Demande.objects.count()) == (200, 2, 0)
    envoi |= {f"precision-{asked.pk}-0": "2024", "gardees": gardees(reponse)}
    assert client.post(adresse, envoi).status_code == 302
    assert set(Demande.objects.get().pieces.values_list("nom", flat=True)) == {"un.png", "deux.png"}


def test_e10_a_file_survives_the_errors_of_an_answer_even_a_conflict() -> None:
    elle, asked, _ = d.trois()
    demande = d.demande(elle, asked)
    fil = d.saisine(demande, asked)
    adresse, client = f"/demandes/{demande.reference}/saisines/{fil.reference}/repondre", asked.client()
    reponse = client.post(adresse, {"version": 9, "texte": "Oui.", "pieces": [e.image("reponse.png")]})
    assert reponse.status_code == 409
    assert client.post(adresse, {"version": 1, "texte": "Oui.", "gardees": gardees(reponse)}).status_code == 302
    assert [p.nom for p in MessageDemande.objects.get().pieces.all()] == ["reponse.png"]


def test_e10_a_file_survives_the_errors_of_a_contact_and_is_dropped_when_unticked(dossier: Path) -> None:
    e.peupler()
    nous = e.service()
    deux = [e.image("un.png"), e.image("deux.png")]
    reponse = nous.client.post(CONTACT, e.formulaire(nous, jour="", pieces=deux))
    un, _ = gardees(reponse)
    assert nous.client.post(CONTACT, e.formulaire(nous, gardees=[un])).status_code == 302
    assert noms() == {"un.png"}
    # The bytes of the other one go the next night.
    avant_hier = time.time() - 2 * 86_400
    for chemin in octets(dossier):
        os.utime(chemin, (avant_hier, avant_hier))
    effacer_pieces()
    assert [chemin.name for chemin in octets(dossier)] == [str(PieceJointe.objects.get().cle)]


def test_e10_a_refused_file_is_said_with_the_other_errors_and_not_kept(dossier: Path) -> None:
    e.peupler()
    nous = e.service()
    faux = SimpleUploadedFile("x.pdf", b"MZ\x90 pas un PDF")
    bonne = gardees(nous.client.post(CONTACT, e.formulaire(nous, jour="", pieces=[e.image()])))
    reponse = nous.client.post(CONTACT, e.formulaire(nous, jour="", pieces=[faux], gardees=bonne))
    assert reponse.status_code == 400
    assert "son contenu n’est pas celui que dit son extension" in reponse.content.decode()
    assert len(gardees(reponse)) == len(octets(dossier)) == 1


@pytest.mark.parametrize("faute", ["autre compte", "forgé", "périmé", "déjà jointe"])
def test_e10_a_kept_file_is_its_author_s_alone_once_and_for_a_while(faute: str) -> None:
    e.peupler()
    nous, autres = e.service(), e.service()
    jetons = gardees(nous.client.post(CONTACT, e.formulaire(nous, jour="", pieces=[e.image()])))
    qui = autres if faute == "autre compte" else nous
    if faute == "forgé":
        jetons = [jetons[0][:-3] + "abc"]
    elif faute == "périmé":
        dit, quand = jetons[0].rsplit(":", 2)[0], signing.b62_encode(int(time.time()) - 43_201)
        jetons = [signing.Signer(salt="fce.echanges.pieces").sign(f"{dit}:{quand}")]
    elif faute == "déjà jointe":
        assert nous.client.post(CONTACT, e.formulaire(nous, gardees=jetons)).status_code == 302
    avant = Interaction.objects.count()
    reponse = qui.client.post(CONTACT, e.formulaire(qui, gardees=jetons))
    assert reponse.status_code == 400
    assert "choisissez-la à nouveau" in unescape(reponse.content.decode())
    assert gardees(reponse) == []
    assert Interaction.objects.count() == avant
    assert nous.client.post(CONTACT, e.formulaire(nous)).status_code == 302


def test_e10_a_form_sent_twice_at_once_attaches_its_kept_files_once() -> None:
    e.peupler()
    nous = e.service()
    un, deux = nous.note(), nous.note()
    piece = PieceDeposee(uuid.uuid4(), "x.png", "image/png", 1, "0")
    services.ajouter_pieces([piece], service=nous.groupe.pk, par="c1", interaction=un)
    with pytest.raises(PieceRefusee, match="votre premier envoi est enregistré"), transaction.atomic():
        services.ajouter_pieces([piece], service=nous.groupe.pk, par="c1", interaction=deux)
    assert PieceJointe.objects.get().interaction == un
