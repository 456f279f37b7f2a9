import pytest
from django.test import Client

from fce.droits.habilitations.models import Dossier
from tests.droits.comptes.fabrique import client_de
from tests.droits.habilitations.dossiers.fabrique import Scene, scene as faire_une_scene


@pytest.fixture
def scene(db: None) -> Scene:
    return faire_une_scene()


@pytest.fixture
def dossier(scene: Scene) -> Dossier:
    """A habilitation in force."""
    return scene.validee()


@pytest.fixture
def gestionnaire(scene: Scene) -> Client:
    return client_de(scene.gestionnaire)


@pytest.fixture
def membre(scene: Scene) -> Client:
    return client_de(scene.membre)


@pytest.fixture
def approbateur(scene: Scene) -> Client:
    return client_de(scene.approbateur)
