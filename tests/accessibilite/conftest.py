import pytest
from django.conf import settings

from tests.accessibilite.arbre import Page
from tests.accessibilite.regards import rendues_par
from tests.accessibilite.scenes import SCENES
from tests.e2e import serveur


def pytest_configure(config: pytest.Config) -> None:
    # Registered once for both folders: one server per process of the run.
    if not config.pluginmanager.has_plugin(serveur.__name__):
        config.pluginmanager.register(serveur, serveur.__name__)


@pytest.fixture(scope="session")
def sources(demonstration: dict[str, str]) -> dict[str, str]:
    """{page: its HTML}: one of each address, then of questions, operations, the agreement, refusals included."""
    from tests.accessibilite.test_toutes_les_pages import VUES

    toutes = rendues_par("tests.accessibilite.toutes", demonstration, delai=300)
    lues = {f"/{route}": toutes[route] for route in VUES}
    for piece in [piece for piece, salle in SCENES.items() if getattr(settings, salle)]:
        lues |= {f"{piece} : {nom}": html for nom, html in rendues_par(f"tests.{piece}.rendues", demonstration).items()}
    return lues


@pytest.fixture(scope="module")
def pages(sources: dict[str, str]) -> dict[str, Page]:
    """{page: its tree}: a million objects, which the rest of the run is spared looking through for cycles."""
    return {nom: Page(html) for nom, html in sources.items()}
