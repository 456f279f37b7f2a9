import pytest
from django.test import Client

from fce.droits.comptes.models import Compte
from fce.service.convention.models import Convention
from tests.droits.comptes import fabrique
from tests.service.convention import fabrique as f


@pytest.fixture
def teneur_compte() -> Compte:
    """Who keeps the accounts of the agreement."""
    return fabrique.mandataire("budget")


@pytest.fixture
def teneur(client: Client, teneur_compte: Compte) -> Client:
    """His browser."""
    fabrique.connecter(client, teneur_compte)
    return client


@pytest.fixture
def convention(db: None) -> Convention:
    """The plain agreement."""
    return f.convention()
