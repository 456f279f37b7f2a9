import pytest

from tests.e2e import serveur


def pytest_configure(config: pytest.Config) -> None:
    # Registered once for both folders: one server per process of the run.
    if not config.pluginmanager.has_plugin(serveur.__name__):
        config.pluginmanager.register(serveur, serveur.__name__)
