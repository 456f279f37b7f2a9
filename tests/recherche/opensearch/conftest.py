import pytest


@pytest.fixture(autouse=True)
def moteur_en_place() -> str:
    """These tests say where their own cluster is: they run once."""
    return "opensearch"
