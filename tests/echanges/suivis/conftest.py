import pytest

from fce.droits.comptes.models import Compte
from tests.droits.comptes import fabrique as c


@pytest.fixture
def elle(db: None) -> Compte:
    """An agent, who follows nothing yet."""
    return c.compte()
