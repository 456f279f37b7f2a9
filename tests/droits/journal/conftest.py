import pytest

from tests.droits.journal.fabrique import vider


@pytest.fixture
def journal(db: None) -> None:
    """The journal, empty, inside the transaction of the test."""
    vider()
