from collections.abc import Iterator
from typing import Any

import pytest

from tests.recherche import moteurs
from tests.recherche.univers import Univers


@pytest.fixture(autouse=True, params=moteurs.MOTEURS)
def moteur_en_place(request: pytest.FixtureRequest, settings: Any) -> Iterator[str]:
    """The engine that the pages of the test ask: each test runs on every engine that is there.

    A rule of one engine alone (``moteurs.SUR_UN_DOSSIER``) says so.
    """
    if request.param == "tantivy":
        settings.FCE_SEARCH_URL = ""
        yield request.param
        return
    with moteurs.prefixe_neuf() as adresse:
        settings.FCE_SEARCH_URL = adresse
        yield request.param


@pytest.fixture
def univers(db: None) -> Univers:
    """An empty register to fill."""
    return Univers()
