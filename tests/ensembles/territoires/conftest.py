import pytest

from tests.ensembles.territoires import fabrique as t


@pytest.fixture
def peuple() -> None:
    t.peupler()
