from collections.abc import Iterator

import pytest

from tests.e2e.personnages import servir
from tests.e2e.serveur import dossier_de_demonstration


@pytest.fixture(scope="session")
def demonstration_servie() -> Iterator[str]:
    """Address of a demonstration where people write (rights asked for and given, deposits, questions): those who read
    the other one, and measure it, find in it nothing but its story. Sessions are not shared: ``jouer(neuve=True)``."""
    with dossier_de_demonstration("ecrite") as environnement, servir(environnement) as racine:
        yield racine


@pytest.fixture(scope="session")
def adresse(demonstration_servie: str) -> str:
    return demonstration_servie
