"""A real HTTP server in place of the producers, through ``FCE_MIROIR``."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from fce.donnees.imports.travaux import reseau
from tests.donnees.imports.travaux.serveur import Serveur, serveur


@pytest.fixture
def miroir(settings: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serveur]:
    monkeypatch.setattr(reseau, "ATTENTE_S", 0.01)
    with serveur() as s:
        settings.FCE_MIROIR = s.adresse  # type: ignore[attr-defined]
        yield s
