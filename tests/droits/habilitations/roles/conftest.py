from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection


@pytest.fixture
def en_web(transactional_db: None, settings: Any) -> Iterator[None]:
    """This process works as those that serve pages do, in connections of its own."""
    settings.FCE_ROLE = "web"
    connection.close()
    yield
    connection.close()
