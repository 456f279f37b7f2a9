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
def teneur(teneur_compte: Compte) -> Client:
    """His browser."""
    return fabrique.client_de(teneur_compte)


@pytest.fixture
def convention(db: None) -> Convention:
    """The plain agreement."""
    return f.convention()
