"""After each test the registry is that of the catalogue alone."""

from collections.abc import Iterator

import pytest

from fce.donnees.declarations import vigueur
from fce.sources import registre


@pytest.fixture(autouse=True)
def catalogue_seul() -> Iterator[None]:
    yield
    vigueur._CONNUES.clear()
    registre.mettre_en_vigueur(())
