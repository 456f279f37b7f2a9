import pytest
from django.test import Client

from fce.droits.comptes.models import Compte
from tests.droits.comptes import fabrique as c
from tests.recherche.conftest import moteur_en_place, univers

__all__ = ["moteur_en_place", "univers"]


@pytest.fixture
def elle() -> Compte:
    return c.compte()


@pytest.fixture
def agent(elle: Compte) -> Client:
    return c.client_de(elle)
