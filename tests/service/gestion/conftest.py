import pytest
from django.test import Client

from fce.droits.comptes.models import Compte
from tests.droits.comptes import fabrique


@pytest.fixture
def moi() -> Compte:
    """Someone of the team of the service."""
    return fabrique.mandataire("equipe")


@pytest.fixture
def equipe(moi: Compte) -> Client:
    """His browser."""
    return fabrique.client_de(moi)
