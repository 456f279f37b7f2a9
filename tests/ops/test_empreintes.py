"""What the installer and the image install is what was locked, byte for byte."""

from __future__ import annotations

import hashlib
import re
import sys
import zipfile
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.ops.frontal import RACINE
from tests.ops.test_paquets_gardes import jouer, opt

__all__ = ["opt"]
EXTRAS = ("opensearch", "sentry")


def nom(ecrit: str) -> str:
    return re.sub(r"[-_.]+", "-", ecrit).lower()


def epingles(fichier: str) -> dict[str, str]:
    lignes = re.findall(r"^([\w.-]+)==([^\s;\\]+)", (RACINE / fichier).read_text("utf-8"), re.M)
    return {nom(paquet): version for paquet, version in lignes}


def installees() -> set[str]:
    """Every package that the service needs here, as the installed ones say."""
    vus: set[tuple[str, str]] = set()
    a_voir = [("fce", extra) for extra in ("", *EXTRAS)]
    while a_voir:
        paquet, extra = a_voir.pop()
        if (paquet, extra) in vus:
            continue
        vus.add((paquet, extra))
        for ecrite in requires(paquet) or ():
            voulue = Requirement(ecrite)
            if voulue.marker is None or voulue.marker.evaluate({"extra": extra}):
                a_voir += [(nom(voulue.name), autre) for autre in ("", *voulue.extras)]
    return {paquet for paquet, _ in vus} - {"fce"}


def test_a18_every_package_of_the_service_is_locked_with_its_hashes_at_the_version_that_is_tested() -> None:
    verrou, testees = epingles("empreintes.txt"), epingles("contraintes.txt")
    assert installees() - verrou.keys() == set()
    # setuptools builds the package; brotlicffi is for another Python.
    assert {p: v for p, v in verrou.items() if testees.get(p) != v}.keys() <= {"setuptools", "brotlicffi"}
    assert f"setuptools=={verrou['setuptools']}" in (RACINE / "pyproject.toml").read_text("utf-8")
    stances = re.split(r"\n(?=\S)", (RACINE / "empreintes.txt").read_text("utf-8").strip())
    assert [s for s in stances if not re.search(r"--hash=sha256:[0-9a-f]{64}", s)] == []


def test_a18_the_image_is_built_of_what_is_locked() -> None:
    image = (RACINE / "ops/image/Containerfile").read_text("utf-8")
    assert "contraintes.txt" not in image
    assert image.count("empreintes.txt") == 4
    assert "!empreintes.txt" in (RACINE / ".containerignore").read_text("utf-8").splitlines()


def roue(depot: Path, paquet: str, code: str, *besoins: str) -> str:
    """A wheel, with a command of its name; return its hash."""
    chemin, dossier = depot / f"{paquet}-1.0-py3-none-any.whl", f"{paquet}-1.0.dist-info"
    with zipfile.ZipFile(chemin, "w") as archive:
        archive.writestr(f"{paquet}.py", code)
        dit = "".join(f"Requires-Dist: {besoin}\n" for besoin in besoins)
        archive.writestr(f"{dossier}/METADATA", f"Metadata-Version: 2.1\nName: {paquet}\nVersion: 1.0\n{dit}")
        archive.writestr(f"{dossier}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{dossier}/entry_points.txt", f"[console_scripts]\n{paquet} = {paquet}:faire\n")
        archive.writestr(f"{dossier}/RECORD", "")
    return hashlib.sha256(chemin.read_bytes()).hexdigest()


@pytest.mark.parametrize("avec_uv", [True, False])
def test_a18_the_installer_refuses_a_file_whose_hash_is_not_the_one_that_was_locked(
    avec_uv: bool, opt: Path, tmp_path: Path
) -> None:
    """By uv, and by pip where uv cannot be had."""
    (depot := tmp_path / "depot").mkdir()
    (garde := opt / "paquets/version").mkdir()
    vrai_uv = Path(sys.executable).with_name("uv")
    bonnes = {
        "uv": roue(depot, "uv", f"import os, sys\ndef faire(): os.execv('{vrai_uv}', ['uv', *sys.argv[1:]])\n"),
        "dependance": roue(depot, "dependance", "def faire(): pass\n"),
    }
    roue(garde, "fce", "def faire(): print('1.0')\n", "dependance>=0.5")
    if not avec_uv:
        (depot / "uv-1.0-py3-none-any.whl").unlink()
    (garde / "contraintes.txt").write_text("dependance==1.0\nuv==1.0\n")

    def poser(**empreintes: str) -> int:
        lignes = [f"{p}==1.0 \\\n    --hash=sha256:{h}\n" for p, h in {**bonnes, **empreintes}.items()]
        (garde / "empreintes.txt").write_text("".join(lignes))
        fait = jouer(opt, f"PIP_LOCAL=(--no-index --find-links {depot}); poser_l_environnement a version")
        assert (fait.returncode == 0) is (opt / "a/.empreinte").exists(), fait.stderr
        return fait.returncode

    assert poser() == 0
    assert poser(dependance="0" * 64) != 0
    (garde / "empreintes.txt").unlink()
    fait = jouer(opt, f"PIP_LOCAL=(--no-index --find-links {depot}); poser_l_environnement a version")
    assert fait.returncode == 0, "a package kept from before has no hashes"
