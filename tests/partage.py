"""Real samples and test material, read where they are: the folder that ``FCE_SHARED_DIR`` names."""

from pathlib import Path
from typing import Final

import pytest
from django.conf import settings

ABSENTS: Final = "échantillons réels absents"


def partage(chemin: str = "") -> Path:
    """A path of that folder; skips the test where it is missing.

    ``tests/conftest.py`` tells in one line the tests that lack the whole folder.
    """
    racine = Path(settings.FCE_SHARED_DIR)
    if not racine.is_dir():
        pytest.skip(f"{ABSENTS} ({racine}) : réglez FCE_SHARED_DIR")
    trouve = racine / chemin
    if not trouve.exists():
        pytest.skip(f"fichier de référence absent : {trouve}")
    return trouve
