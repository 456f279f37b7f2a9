import pytest
from django.test import Client

from tests.comptes.fabrique import connecter
from tests.droits.dossiers.fabrique import Scene
from tests.droits.dossiers.fabrique import scene as faire_une_scene


@pytest.fixture
def scene(db: None) -> Scene:
    return faire_une_scene()


def _client(compte: object) -> Client:
    client = Client()
    connecter(client, compte)  # type: ignore[arg-type]
    return client


@pytest.fixture
def gestionnaire(scene: Scene) -> Client:
    return _client(scene.gestionnaire)


@pytest.fixture
def membre(scene: Scene) -> Client:
    return _client(scene.membre)


@pytest.fixture
def approbateur(scene: Scene) -> Client:
    return _client(scene.approbateur)
