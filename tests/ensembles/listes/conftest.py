import pytest

from tests.ensembles.listes import fabrique as l


@pytest.fixture
def unite() -> l.ServiceJoue:
    return l.service("Unite de controle")


@pytest.fixture
def sirets() -> list[str]:
    return l.sirene()
