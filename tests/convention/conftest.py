import pytest
from django.test import Client

from fce.comptes.models import Compte
from tests.comptes import fabrique


@pytest.fixture
def teneur_compte() -> Compte:
    """Who keeps the accounts of the agreement."""
    return fabrique.mandataire("budget")


@pytest.fixture
def teneur(client: Client, teneur_compte: Compte) -> Client:
    """His browser."""
    fabrique.connecter(client, teneur_compte)
    return client
