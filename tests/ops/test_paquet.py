"""The wheel holds all that the product reads: installed from it, far from this tree, the service answers the same."""

import fnmatch
import re
import subprocess
import tomllib
from pathlib import Path

from tests.ops.frontal import RACINE

PERMIS = {"fce/config/settings.py"}
"""Reads FCE_SHARED_DIR, which only tests use, above the package."""


def test_each_file_of_the_package_that_is_no_module_goes_into_the_wheel() -> None:
    motifs = tomllib.loads((RACINE / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["package-data"]["fce"]
    suivis = subprocess.run(["git", "ls-files", "fce"], cwd=RACINE, capture_output=True, text=True, check=True).stdout
    oublies = [
        nom
        for nom in suivis.split()
        if not nom.endswith(".py")
        and not any(fnmatch.fnmatch(Path(nom).name, motif.removeprefix("**/")) for motif in motifs)
    ]
    assert oublies == []


def test_no_module_reads_a_file_outside_the_package() -> None:
    dehors = {
        str(module.relative_to(RACINE))
        for module in (RACINE / "fce").rglob("*.py")
        if re.search(r"parents\[\d\] / \"(?!fce\")|/ \"(docs|tests|scripts|ops)\"", module.read_text("utf-8"))
    }
    assert dehors - PERMIS == set()
