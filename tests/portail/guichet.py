"""What the tests of the deposit screens share: a data officer, her forms, what is left on the disk."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from fce.comptes.models import Compte, EvenementCompte
from fce.imports.depots import reception
from fce.imports.models import Depot, JetonDepot
from tests.comptes.fabrique import compte, connecter, mandat
from tests.imports.chargement.outils import declarees, effacer
from tests.imports.depots.outils import source_ouverte, source_secrete

FAUTE = "123456789;X;1;2026-01-15"


@pytest.fixture
def sources(transactional_db, monkeypatch, settings, tmp_path):
    settings.FCE_DATA_DIR = tmp_path / "donnees"
    ouverte, secrete = source_ouverte(), source_secrete()
    with declarees(monkeypatch, ouverte, secrete):
        yield ouverte, secrete
        Depot.objects.all().delete()
        JetonDepot.objects.all().delete()
        EvenementCompte.objects.all().delete()
        Compte.objects.all().delete()
        effacer(ouverte, secrete)


@pytest.fixture
def source(sources):
    return sources[0]


@pytest.fixture
def restes(settings):
    """What the deposits hold on the disk."""
    return lambda: sorted(p.name for p in reception.racine().rglob("*")) if reception.racine().exists() else []


def officier(perimetre: str = "essai") -> tuple[Client, Compte]:
    """A data officer signed in, on a browser that checks forms as a real one."""
    client, qui = Client(enforce_csrf_checks=True), compte()
    mandat(qui, "depot", perimetre)
    connecter(client, qui)
    return client, qui


def jeton_de(client: Client, adresse: str = "/depot/essai-depot") -> str:
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get(adresse).content.decode())[1]


def poster(client: Client, adresse: str, **champs: object):
    return client.post(adresse, {"csrfmiddlewaretoken": jeton_de(client), **champs})


def envoyer(client: Client, contenu: bytes, nom: str = "essai.csv", adresse: str = "/depot/essai-depot", **champs):
    return poster(client, adresse, fichier=SimpleUploadedFile(nom, contenu), **champs)


def texte(reponse) -> str:
    return reponse.content.decode()
