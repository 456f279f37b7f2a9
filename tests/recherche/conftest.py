import pytest

from tests.recherche.univers import Univers


@pytest.fixture
def univers(db: None) -> Univers:
    """An empty register to fill."""
    return Univers()
