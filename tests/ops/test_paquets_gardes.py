"""Packages kept for the way back: whole or absent, whatever stopped the upgrade that put them there."""

import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.ops.frontal import RACINE

FABRIQUE = """import pathlib, zipfile
def build_wheel(dossier, config_settings=None, metadata_directory=None):
    with zipfile.ZipFile(pathlib.Path(dossier, "fce-9.9.9-py3-none-any.whl"), "w") as roue:
        roue.writestr("fce-9.9.9.dist-info/METADATA", "Metadata-Version: 2.1\\nName: fce\\nVersion: 9.9.9\\n")
        roue.writestr("fce-9.9.9.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        roue.writestr("fce-9.9.9.dist-info/RECORD", "")
    return "fce-9.9.9-py3-none-any.whl"
"""


def jouer(opt: Path, ordres: str) -> subprocess.CompletedProcess[str]:
    """Run orders with the functions of ops/commun.sh, below a folder of this test."""
    debut = f"set -euo pipefail; . {RACINE}/ops/commun.sh; OPT={opt}\n"
    return subprocess.run(["bash", "-c", debut + ordres], capture_output=True, text=True)


@pytest.fixture
def opt(tmp_path: Path) -> Path:
    for nom in ("a", "b", "paquets"):
        (tmp_path / "opt" / nom).mkdir(parents=True)
    return tmp_path / "opt"


@pytest.fixture
def arbre(tmp_path: Path) -> Path:
    """A tree that a package is built of, by a tool that only a repository has."""
    (arbre := tmp_path / "arbre" / "fce").mkdir(parents=True)
    for nom in ("README.md", "LICENSE", "contraintes.txt"):
        (arbre.parent / nom).touch()
    (arbre.parent / "pyproject.toml").write_text('[build-system]\nrequires = ["batir"]\nbuild-backend = "batir"\n')
    return arbre.parent


def depot_bon(dossier: Path) -> None:
    """A repository that holds the tool, as a wheel."""
    with zipfile.ZipFile(dossier / "batir-1-py3-none-any.whl", "w") as roue:
        roue.writestr("batir.py", FABRIQUE)
        roue.writestr("batir-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: batir\nVersion: 1\n")
        roue.writestr("batir-1.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        roue.writestr("batir-1.dist-info/RECORD", "")


@pytest.mark.epreuve
def test_a_package_that_could_not_be_built_is_built_the_next_time(opt: Path, arbre: Path, tmp_path: Path) -> None:
    (depot := tmp_path / "depot").mkdir()
    garder = f"""ARBRE={arbre} PAQUET='' CONTRAINTES={arbre}/contraintes.txt
PIP_LOCAL=(--no-index --find-links {depot}); garder_le_paquet version; echo suite"""
    refuse = jouer(opt, garder)
    assert refuse.returncode != 0
    assert "suite" not in refuse.stdout
    assert not (opt / "paquets/version").exists()
    depot_bon(depot)
    fait = jouer(opt, garder)
    assert fait.returncode == 0, fait.stderr
    assert {f.name for f in (opt / "paquets/version").iterdir()} == {"fce-9.9.9-py3-none-any.whl", "contraintes.txt"}


def test_the_package_to_come_back_to_is_the_one_that_both_instances_carried(opt: Path) -> None:
    def noter(a: str, b: str, cible: str) -> str:
        (opt / "a/.empreinte").write_text(f"{a}\n")
        (opt / "b/.empreinte").write_text(f"{b}\n")
        # « courant » is the first one that an upgrade has changed.
        fait = jouer(opt, f'ln -sfn b "$OPT/courant"; noter_la_precedente {cible}; cat "$OPT/paquets/precedente"')
        assert fait.returncode == 0, fait.stderr
        return fait.stdout.strip()

    assert noter("bonne", "bonne", "mauvaise") == "bonne"
    assert noter("bonne", "mauvaise", "reparee") == "bonne", "an upgrade that stopped half-way, then its repair"
    assert noter("bonne", "", "mauvaise") == "bonne"
    assert noter("reparee", "reparee", "reparee") == "bonne"
