"""The sheet is tested on Sirene and on invented sources: the other data sets have tests of their own."""

from collections.abc import Iterator

import pytest
from django.test import Client

from fce.fiche.lecture import plans
from tests.acces import acteurs
from tests.fiche import jeux


@pytest.fixture(autouse=True)
def sirene_seule(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the data sets of the catalogue that are not Sirene: adding one must not change what these tests prove. Those
    that are about the catalogue bear the mark ``catalogue``."""
    if not request.node.get_closest_marker("catalogue"):
        jeux.installer(monkeypatch, ())


@pytest.fixture
def inventees(monkeypatch: pytest.MonkeyPatch) -> None:
    """The invented sources, and a company that has something in each."""
    jeux.installer(monkeypatch, jeux.jeux().values())
    jeux.peupler()


@pytest.fixture
def agent() -> Client:
    """An inspector of the Nord, who has confirmed his purpose."""
    return acteurs.habilite("inspection-travail").client


@pytest.fixture(autouse=True)
def plans_neufs() -> Iterator[None]:
    """Plans are written once for all: not under the bounds that a test sets for itself."""
    plans._modele.cache_clear()
    yield
    plans._modele.cache_clear()
