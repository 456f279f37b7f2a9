"""The sheet is tested on Sirene and on invented sources: the other data sets have tests of their own."""

from collections.abc import Iterator

import pytest

from fce.fiche import plans
from fce.fiche.plans import PARTICULIERES
from fce.sources import registre


@pytest.fixture(autouse=True)
def sirene_seule(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the data sets of the catalogue that are not Sirene: adding one must not change what these tests prove."""
    connues = {source.nom: source for source in registre.toutes() if source.nom in PARTICULIERES}
    monkeypatch.setattr(registre, "par_nom", lambda: connues)


@pytest.fixture(autouse=True)
def plans_neufs() -> Iterator[None]:
    """Plans are written once for all: not under the bounds that a test sets for itself."""
    plans._modele.cache_clear()
    yield
    plans._modele.cache_clear()
