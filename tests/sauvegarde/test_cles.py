"""Changing a key: what the former one made is still read, and nobody is signed out."""

from __future__ import annotations

import os
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core import signing
from django.core.management import call_command
from django.test import Client

from fce.donnees.imports.depots import jetons as jetons_de_depot
from fce.droits.habilitations.models import JetonApi
from fce.droits.journal import empreintes
from fce.echanges.models import Demande
from fce.echanges.suivis.services import secret_d_arret
from fce.sauvegarde import rotation
from fce.service.statistiques import pseudonymes
from fce.socle.travaux import courriel
from fce.socle.web.references import numero_de, reference
from tests.droits.comptes import fabrique


@pytest.fixture
def tournee(settings: Any) -> Any:
    """Call it to change the key of the service, the former one being kept."""

    def tourner(*, oublier: bool = False) -> None:
        settings.SECRET_KEY_FALLBACKS = [] if oublier else [settings.SECRET_KEY]
        settings.SECRET_KEY = "une clé neuve, tirée au hasard par l’exploitant du service"

    return tourner


def test_an_address_of_an_exchange_outlives_the_change_of_key(tournee: Any, settings: Any) -> None:
    avant = reference(Demande, 12)
    tournee()
    assert reference(Demande, 12) != avant
    assert numero_de(Demande, avant) == numero_de(Demande, reference(Demande, 12)) == 12
    settings.SECRET_KEY_FALLBACKS = []
    assert numero_de(Demande, avant) == 0


def test_forms_links_and_mails_outlive_the_change_of_key(tournee: Any) -> None:
    signe, lien = signing.dumps({"a": 1}, salt="essai"), secret_d_arret(12)
    jeton = courriel.ANNONCE.set("visite/1")
    try:
        avant = courriel.identifiant("a@b.example")
        tournee()
        assert courriel.identifiant("a@b.example") == avant
    finally:
        courriel.ANNONCE.reset(jeton)
    assert signing.loads(signe, salt="essai") == {"a": 1}
    assert secret_d_arret(12) == lien


def test_the_seals_of_the_journal_are_still_verified(tournee: Any, settings: Any) -> None:
    nom, sceau = empreintes.sceller("2026-06-01", "3")
    tournee()
    assert empreintes.sceau_valable(nom, sceau, "2026-06-01", "3")
    settings.FCE_JOURNAL_CLE = rotation.tourner("journal", {}).rpartition("=")[2].split(",")
    assert empreintes.sceau_valable(nom, sceau, "2026-06-01", "3")
    assert empreintes.sceller("2026-06-01", "3")[0] != nom
    settings.FCE_JOURNAL_CLE = settings.FCE_JOURNAL_CLE[:1]
    assert not empreintes.sceau_valable(nom, sceau, "2026-06-01", "3"), "backups hold the key of the service"


@pytest.mark.django_db
def test_nobody_is_signed_out_nor_counted_twice(tournee: Any, client: Client) -> None:
    compte = fabrique.compte()
    fabrique.connecter(client, compte)
    avant = pseudonymes.pseudonyme("c12", date(2026, 3, 10))
    tournee()
    assert client.get("/compte").status_code == 200
    assert pseudonymes.pseudonyme("c12", date(2026, 3, 10)) == avant


def test_the_files_of_secrets_are_replaced_old_keys_first(tmp_path: Path, settings: Any) -> None:
    neuve, anciennes = tmp_path / "cle", tmp_path / "anciennes"
    neuve.write_text(f"{settings.SECRET_KEY}\n")
    anciennes.write_text("")
    os.chmod(neuve, 0o400)
    dit = rotation.tourner(
        "secret", {"FCE_SECRET_KEY_FICHIER": str(neuve), "FCE_SECRET_KEY_ANCIENNES_FICHIER": str(anciennes)}
    )
    assert str(neuve) in dit
    assert anciennes.read_text().split() == [settings.SECRET_KEY]
    assert len(neuve.read_text().strip()) > 50
    assert neuve.stat().st_mode & 0o777 == 0o400
    assert "FCE_SECRET_KEY_ANCIENNES=" in rotation.tourner("secret", {}), "without files, the lines to write"


def test_a_key_whose_file_is_alone_is_never_to_be_written_among_settings(tmp_path: Path, settings: Any) -> None:
    """A setting given both ways keeps the service from starting."""
    cle = tmp_path / "cle"
    cle.write_text(settings.SECRET_KEY)
    dit = rotation.tourner("secret", {"FCE_SECRET_KEY_FICHIER": str(cle)})
    assert "FCE_SECRET_KEY=" not in dit
    ancienne, neuve = dit.split("\n")[2::2]
    assert dit.split("\n")[1::2] == ["un fichier neuf, que nommera FCE_SECRET_KEY_ANCIENNES_FICHIER :", f"{cle} :"]
    assert ancienne == settings.SECRET_KEY
    assert len(neuve) > 50
    assert cle.read_text() == settings.SECRET_KEY


@pytest.mark.django_db
def test_the_cost_comes_first_and_nothing_is_done_without_a_yes() -> None:
    jeton, secret = jetons_de_depot.creer("dgfip")

    def tourner(*arguments: str) -> str:
        call_command("cles", "tourner", *arguments, stdout=(sortie := StringIO()))
        return sortie.getvalue()

    assert "Rien n’a changé" in tourner("jetons")
    assert jetons_de_depot.authentifier(secret).pk == jeton.pk
    assert "1 jeton de dépôt" in tourner("jetons", "--oui")
    jeton.refresh_from_db()
    assert jeton.revoque is not None
    assert not JetonApi.objects.exists()
