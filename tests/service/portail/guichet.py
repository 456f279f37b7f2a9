"""What the tests of the deposit screens share: a data officer, her forms, what is left on the disk."""

import re

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from fce.donnees.imports.models import Depot
from fce.droits.comptes.models import Compte
from tests.droits.comptes.fabrique import connecter, mandataire

FAUTE = "123456789;X;1;2025-01-15"


def officier(perimetre: str = "essai") -> tuple[Client, Compte]:
    """A data officer signed in, on a browser that checks forms as a real one."""
    client, qui = Client(enforce_csrf_checks=True), mandataire("depot", perimetre)
    connecter(client, qui)
    return client, qui


def jeton_de(client: Client, adresse: str = "/depot/essai-depot") -> str:
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get(adresse).content.decode())[1]


def poster(client: Client, adresse: str, **champs: object):
    return client.post(adresse, {"csrfmiddlewaretoken": jeton_de(client), **champs})


def envoyer(client: Client, contenu: bytes, nom: str = "essai.csv", adresse: str = "/depot/essai-depot", **champs):
    return poster(client, adresse, fichier=SimpleUploadedFile(nom, contenu), **champs)


def depose_par(client: Client, contenu: bytes, nom: str = "essai.csv", **champs: str) -> Depot:
    """Send a file, the first one to be received."""
    assert envoyer(client, contenu, nom, **champs).status_code == 302
    return Depot.objects.get()
