from typing import Any

import pytest


@pytest.fixture(autouse=True)
def sans_limite(settings: Any) -> None:
    """What is measured here is rights, not volume."""
    settings.FCE_VOLUMES = "1000000/600"
