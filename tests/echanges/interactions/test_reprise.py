"""A service imports its own history: checked as a data set is, said line by line, written whole or not at all, once."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from fce.droits.habilitations.dossiers import services as dossiers
from fce.droits.habilitations.dossiers.etats import GesteDossier
from fce.droits.habilitations.erreurs import GesteRefuse
from fce.echanges.interactions import reprise
from fce.echanges.models import Interaction
from tests.echanges.interactions import fabrique as e

pytestmark = pytest.mark.django_db
ENTETE = "reference;siret;date;genre;themes;themes_partages;suite;suite_le;note"


@pytest.fixture(autouse=True)
def dossier(settings: Any, tmp_path: Path) -> Path:
    settings.FCE_DATA_DIR, settings.FCE_PIECES_DIR = tmp_path, tmp_path / "pieces"
    e.peupler()
    return tmp_path / "pieces"


def ligne(siret: str = e.SIRET, jour: str = "", genre: str = "visite", **autres: str) -> str:
    valeurs = {"siret": siret, "date": jour or e.hier(9).strftime("%d/%m/%Y"), "genre": genre, **autres}
    return ";".join(valeurs.get(nom, "") for nom in ENTETE.split(";"))


def csv(*lignes: str | bytes) -> bytes:
    return b"\n".join(lu if isinstance(lu, bytes) else lu.encode() for lu in (ENTETE, *lignes, ""))


def envoyer(nous: e.Service, octets: bytes, nom: str = "historique.csv") -> Any:
    donnees = {"service": nous.groupe.pk, "fichier": SimpleUploadedFile(nom, octets)}
    return nous.client.post("/contacts/importer", donnees)


def attente(reponse: Any) -> str:
    trouve = re.search(r'name="attente" value="([^"]+)"', reponse.content.decode())
    return trouve[1] if trouve else ""


def confirmer(client: Client, reponse: Any, **autres: str) -> Any:
    return client.post("/contacts/importer/confirmer", {"attente": attente(reponse), **autres})


def test_a_file_is_checked_then_written_and_a_second_time_adds_nothing(dossier: Path) -> None:
    nous = e.service()
    octets = csv(
        ligne(reference="A1", themes="droit du travail | EMPLOI", themes_partages="oui", note="première visite"),
        ligne(e.SIRETS[1], e.hier(20).isoformat(), "Contrôle", suite="retour", suite_le=f"{e.hier(-60):%d/%m/%Y}"),
    )
    essai = envoyer(nous, octets)
    assert (
        "2 lignes lues : 2 contacts prêts, 0 contact déjà importé, 0 ligne écartée. Rien n’est encore enregistré."
        in (essai.content.decode())
    )
    assert not Interaction.objects.exists()
    fait = confirmer(nous.client, essai)
    assert fait.status_code == 302, fait.content.decode()
    assert "L’historique est importé." in nous.client.get(fait["Location"]).content.decode()
    premier, second = Interaction.objects.order_by("-jour")
    assert (premier.genre, premier.themes, premier.themes_partages) == ("visite", ["emploi", "travail"], True)
    assert (premier.note, premier.corps, premier.service_id) == ("première visite", "dgt", nous.groupe.pk)
    assert (second.genre, second.suite, second.suite_le) == ("controle", "retour", e.hier(-60))
    assert all(i.lieux.get().cle_adresse for i in (premier, second))
    assert [chemin for chemin in dossier.rglob("*") if chemin.is_file()] == []
    encore = envoyer(nous, octets)
    assert "0 contact prêt, 2 contacts déjà importés" in encore.content.decode()
    assert attente(encore) == ""
    # A reference keeps its line, whatever is corrected in it.
    corrige = envoyer(nous, csv(ligne(reference="A1", jour=e.hier(30).isoformat())))
    assert "0 contact prêt, 1 contact déjà importé," in corrige.content.decode()


def test_the_same_confirmation_sent_twice_writes_once() -> None:
    nous = e.service()
    essai = envoyer(nous, csv(ligne()))
    assert confirmer(nous.client, essai).status_code == 302
    assert confirmer(nous.client, essai).status_code == 503
    assert Interaction.objects.count() == 1


FAUTES = {
    "siret": (ligne("12345678901234"), "siret"),
    "inconnu": (ligne(e.f.siret_no(e.f.siren_no(1399))), "établissement inconnu de Sirene"),
    "date": (ligne(jour="31/02/2026"), "date"),
    "a-venir": (ligne(jour=e.hier(-2).isoformat()), "ne peut pas être à venir"),
    "ancienne": (ligne(jour=e.hier(1200).isoformat()), "plus de 36 mois"),
    "genre": (ligne(genre="goûter"), "genre inconnu"),
    "theme": (ligne(themes="météo"), "thème inconnu"),
    "nir": (ligne(note="2 95 10 99 126 111 93"), "numéro de sécurité sociale"),
    "suite": (ligne(suite_le=e.hier(30).isoformat()), "ne peut pas précéder"),
    "longue": (ligne(suite="x" * 301), "300 signes"),
    "vide": (ligne(genre=""), "genre"),
    "caractere": (ligne(note="é").encode("cp1252"), "UTF-8"),
}


@pytest.mark.parametrize("faute", FAUTES)
def test_a_faulty_row_is_set_aside_with_its_line_and_the_others_stay(faute: str) -> None:
    nous = e.service()
    mauvaise, motif = FAUTES[faute]
    essai = envoyer(nous, csv(ligne(), mauvaise, ligne(e.SIRETS[2])))
    page = essai.content.decode()
    assert "3 lignes lues : 2 contacts prêts, 0 contact déjà importé, 1 ligne écartée" in page
    ecartee = page.partition('<th scope="row" class="fce-numero">3</th>')[2].partition("</tr>")[0]
    assert motif in ecartee
    assert "95 10 99" not in page
    assert confirmer(nous.client, essai).status_code == 302
    assert Interaction.objects.count() == 2


def test_two_rows_of_one_contact_are_told() -> None:
    page = envoyer(e.service(), csv(ligne(), ligne(note="autre"))).content.decode()
    assert "même contact qu’à la ligne 2" in page


@pytest.mark.parametrize(
    ("octets", "phrase"),
    [
        (b"", "il est vide (0 octet)"),
        (b"siret;quand\n1;2\n", "colonnes manquantes : date, genre"),
        ("siret;date;genre\n1;2;contrôle\n".encode("utf-16"), "UTF-16"),
        (b"<html>erreur</html>", "page HTML"),
        (b"%PDF-1.7", "PDF"),
        (csv(), "aucune ligne"),
    ],
)
def test_a_file_that_is_none_is_refused_in_one_sentence(octets: bytes, phrase: str) -> None:
    refus = envoyer(e.service(), octets)
    assert refus.status_code in (400, 422), refus.content.decode()
    assert phrase in refus.content.decode()
    assert attente(refus) == ""


def test_a_file_is_bounded_in_bytes_and_in_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    nous = e.service()
    gros = envoyer(nous, csv(*[ligne(note="x" * 9000)] * 600))
    assert gros.status_code == 400
    assert "5 Mo" in gros.content.decode()
    monkeypatch.setattr(reprise, "LIGNES_REPRISES_MAX", 10)
    longs = envoyer(nous, csv(*[ligne()] * 11))
    assert longs.status_code == 422
    assert "plus de 10 lignes" in longs.content.decode()


def test_a_text_that_may_tell_of_somebody_is_confirmed_first() -> None:
    nous = e.service()
    essai = envoyer(nous, csv(ligne(), ligne(e.SIRETS[1], note="plainte de M. X")))
    assert "l’auteur d’une plainte : ligne 3." in essai.content.decode()
    refus = confirmer(nous.client, essai)
    assert refus.status_code == 400
    assert not Interaction.objects.exists()
    assert confirmer(nous.client, refus, confirme="on").status_code == 302
    assert Interaction.objects.count() == 2


def test_nobody_else_confirms_a_file_nor_writes_for_another_service() -> None:
    nous, autres = e.service(), e.service("Douane", "douane")
    essai = envoyer(nous, csv(ligne()))
    assert confirmer(autres.client, essai).status_code == 400
    forge = signing.dumps({"compte": autres.compte.pk}, salt="autre")
    assert autres.client.post("/contacts/importer/confirmer", {"attente": forge}).status_code == 400
    donnees = {"service": nous.groupe.pk, "fichier": SimpleUploadedFile("x.csv", csv(ligne()))}
    assert autres.client.post("/contacts/importer", donnees).status_code == 400
    with pytest.raises(GesteRefuse):
        reprise.importer(autres.lecteur(), nous.groupe.pk, Path("/nulle/part"))
    # The right may end between the check and the confirmation.
    dossiers.decider(GesteDossier.REVOQUER, nous.groupe.dossiers.get(), "c1", "fin de mission")
    assert confirmer(nous.client, essai).status_code == 403
    assert not Interaction.objects.exists()


def test_nothing_is_half_written(monkeypatch: pytest.MonkeyPatch) -> None:
    nous = e.service()
    essai = envoyer(nous, csv(ligne(), ligne(e.SIRETS[1])))

    def casser(*_: object, **__: object) -> None:
        raise RuntimeError("panne")

    monkeypatch.setattr(reprise.LieuInteraction.objects, "bulk_create", casser)
    with pytest.raises(RuntimeError):
        confirmer(nous.client, essai)
    assert not Interaction.objects.exists()


def test_the_model_offered_has_the_columns_that_are_read() -> None:
    nous = e.service()
    modele = nous.client.get("/contacts/importer/modele.csv")
    assert modele["Content-Disposition"] == 'attachment; filename="contacts-modele.csv"'
    lignes = modele.content.decode("utf-8-sig").splitlines()
    assert lignes[0] == ENTETE == ";".join(reprise.COLONNES)
    essai = envoyer(nous, modele.content.replace(b"<SIRET de 14 chiffres>", e.SIRET.encode()))
    assert "1 contact prêt" in essai.content.decode()
