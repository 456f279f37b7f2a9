"""One data folder per test, emptied afterwards."""

from pathlib import Path

import pytest

from fce.imports.models import Depot, JetonDepot
from tests.imports.chargement.outils import declarees, effacer

from .outils import source_ouverte, source_secrete


@pytest.fixture(autouse=True)
def dossier(settings, tmp_path: Path) -> Path:
    settings.FCE_DATA_DIR = tmp_path / "donnees"
    return settings.FCE_DATA_DIR / "depots"


@pytest.fixture
def sources(transactional_db, monkeypatch):
    """Restrict the registry to an open source and a secret one."""
    ouverte, secrete = source_ouverte(), source_secrete()
    with declarees(monkeypatch, ouverte, secrete):
        yield ouverte, secrete
        Depot.objects.all().delete()
        JetonDepot.objects.all().delete()
        effacer(ouverte, secrete)


@pytest.fixture
def source(sources):
    return sources[0]


@pytest.fixture
def secrete(sources):
    return sources[1]
