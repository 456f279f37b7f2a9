"""Files made for one test are never served to another: two scenes may give the same name to different ones."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _fichiers_publies(settings: Any, tmp_path: Path) -> None:
    settings.FCE_DATA_DIR = tmp_path
