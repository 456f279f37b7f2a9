"""The matcher judged on INSEE's real samples, by a degrader that knows nothing of it; targets of ``bench``."""

from pathlib import Path

import pytest
from django.conf import settings

from bench import rapprochement

pytestmark = pytest.mark.epreuve


def test_names_as_people_write_them_are_decided_and_never_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    if not (Path(settings.FCE_SHARED_DIR) / "data" / "sirene").is_dir():
        pytest.skip("échantillons réels absents : réglez FCE_SHARED_DIR")
    options = ["--graine", "7", "--lignes", "700", "--montrer", "20", "--justesse"]
    assert rapprochement.main(options) == 0, capsys.readouterr().out
