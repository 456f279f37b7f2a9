"""The two sources of an invented producer, for whatever deposits files."""

from pathlib import Path

import pytest

from tests.donnees.imports.chargement.outils import declarer_seules

from .outils import source_ouverte, source_secrete


@pytest.fixture
def dossier(settings) -> Path:
    return settings.FCE_DATA_DIR / "depots"


@pytest.fixture
def sources(transactional_db, monkeypatch):
    """Restrict the registry to an open source and a secret one."""
    ouverte, secrete = source_ouverte(), source_secrete()
    declarer_seules(monkeypatch, ouverte, secrete)
    return ouverte, secrete


@pytest.fixture
def source(sources):
    return sources[0]


@pytest.fixture
def secrete(sources):
    return sources[1]
