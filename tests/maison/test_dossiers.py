"""The folders of a run that was killed do not fill the memory of the next ones."""

from __future__ import annotations

import os
from pathlib import Path

from tests.dossiers import balayer

PERSONNE = 2**22 + 1
"""No process has this number: it is above the highest."""


def test_what_a_killed_run_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    gardes = [f"fce-cluster-{os.getpid()}", "fce-demo", f"autre-{PERSONNE}"]
    for nom in (*gardes, f"fce-cluster-{PERSONNE}", f"fce-paire-{PERSONNE}-replique"):
        (tmp_path / nom / "base").mkdir(parents=True)
    (tmp_path / f"fce-cluster-{PERSONNE}.modele").touch()
    balayer(tmp_path)
    assert sorted(d.name for d in tmp_path.iterdir()) == sorted(gardes)
