"""The wheel alone is enough for a trial: ``pip install fce && fce demo --servir``, in an empty environment."""

import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from scripts import version
from tests.config.serveur import attendre, port_libre
from tests.dossiers import dossier_court

pytestmark = pytest.mark.epreuve


@pytest.fixture(scope="module")
def essai() -> Iterator[Path]:
    """A folder of the trial, short and open to the account of PostgreSQL."""
    with dossier_court("essai") as dossier:
        yield dossier


@pytest.fixture(scope="module")
def roue(essai: Path) -> Path:
    return version.batir("HEAD", essai / "roue")


def test_the_wheel_holds_every_committed_file_of_the_product_and_nothing_else(roue: Path) -> None:
    suivis = version._git("ls-tree", "-r", "--name-only", "HEAD", "fce").decode().splitlines()
    livres = zipfile.ZipFile(roue).namelist()
    assert sorted(set(suivis) - set(livres)) == []
    assert [nom for nom in livres if not nom.startswith(("fce/", "fce-"))] == []


def test_the_wheel_installed_alone_serves_the_demonstration(essai: Path, roue: Path) -> None:
    # Without the pinned versions: pip takes the newest ones.
    subprocess.run([version.BIN / "uv", "venv", "--quiet", "--python", sys.executable, essai / "venv"], check=True)
    subprocess.run(
        [version.BIN / "uv", "pip", "install", "--quiet", "--python", essai / "venv/bin/python", roue], check=True
    )
    port = port_libre()
    sortie = essai / "sortie.log"
    with sortie.open("wb") as journal:
        demo = subprocess.Popen(
            [essai / "venv/bin/fce", "demo", "--entreprises", "300", "--servir", "--port", str(port)],
            cwd=essai,
            env={"PATH": os.environ["PATH"], "HOME": str(essai), "FCE_DEBIT": "0"},
            stdout=journal,
            stderr=journal,
            start_new_session=True,
        )
    try:
        attendre(lambda: demo.poll() is not None or "FCE est servie" in sortie.read_text("utf-8"), 1500, 1)
        assert demo.poll() is None, sortie.read_text("utf-8")
        for chemin, contenu in (
            ("/", "Fiche Commune Entreprise"),
            ("/entreprise/000001008", "000 001 008"),
            ("/recherche?q=000001008", "000 001 008"),
            ("/static/fce/fce.css", "{"),
            ("/static/dsfr/dist/dsfr/dsfr.min.css", "{"),
        ):
            page = httpx.get(f"http://127.0.0.1:{port}{chemin}", timeout=120, follow_redirects=True)
            assert page.status_code == 200, f"{chemin}\n{sortie.read_text('utf-8')}"
            assert contenu in page.text.replace("\u202f", " ").replace("\xa0", " "), chemin
        assert (essai / "var/index").is_dir()
    finally:
        demo.terminate()
        demo.wait(300)
