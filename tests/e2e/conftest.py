import pytest

from tests.e2e import personnages, serveur


def pytest_configure(config: pytest.Config) -> None:
    # Registered once, for both folders: one server of each kind per process of the run.
    for module in (serveur, personnages):
        if not config.pluginmanager.has_plugin(module.__name__):
            config.pluginmanager.register(module, module.__name__)


@pytest.fixture(scope="session")
def adresse(demonstration_servie: str) -> str:
    """Of the server where people sign in: the pages that anyone reads are there too."""
    return demonstration_servie
