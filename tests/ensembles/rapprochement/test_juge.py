"""The matcher judged on INSEE's real samples, by a degrader that knows nothing of it; targets of ``bench``."""

import pytest

from bench import rapprochement
from tests.partage import partage

pytestmark = pytest.mark.epreuve


def test_names_as_people_write_them_are_decided_and_never_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    partage("data/sirene")
    options = ["--graine", "7", "--lignes", "700", "--montrer", "20", "--justesse"]
    assert rapprochement.main(options) == 0, capsys.readouterr().out
