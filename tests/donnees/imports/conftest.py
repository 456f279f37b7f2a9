from typing import Any

import pytest

from fce.sources.declaration import Source
from tests.donnees.imports.chargement.outils import declarer_seules
from tests.sources import fabrique


@pytest.fixture
def source(monkeypatch: Any) -> Source:
    """The generic source, alone in the registry."""
    source = fabrique.source_essai()
    declarer_seules(monkeypatch, source)
    return source
