import pytest
from django.test import Client

from fce.comptes.models import Compte
from tests.comptes import fabrique


@pytest.fixture
def moi() -> Compte:
    """Someone of the team of the service."""
    compte = fabrique.compte()
    fabrique.mandat(compte, "equipe")
    return compte


@pytest.fixture
def equipe(client: Client, moi: Compte) -> Client:
    """His browser."""
    fabrique.connecter(client, moi)
    return client
