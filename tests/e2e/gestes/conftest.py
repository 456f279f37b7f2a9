import pytest

from tests.e2e.personnages import servir
from tests.e2e.serveur import OUVERTS, dossier_de_demonstration


@pytest.fixture(scope="session")
def demonstration_servie() -> str:
    """Address of a demonstration where people write (rights asked for and given, deposits, questions): those who read
    the other one, and measure it, find in it nothing but its story. Sessions are not shared: ``jouer(neuve=True)``."""
    return OUVERTS.enter_context(servir(OUVERTS.enter_context(dossier_de_demonstration("ecrite"))))


@pytest.fixture(scope="session")
def adresse(demonstration_servie: str) -> str:
    return demonstration_servie
