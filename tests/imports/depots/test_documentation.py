"""docs/depots.md is executed, line by line, against a real server: what a producer copies works."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.config.serveur import FCE, serveur
from tests.dossiers import TEMPORAIRES

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "depots.md"
ABSENTS = [outil for outil in ("bash", "curl", "jq", "openssl") if not shutil.which(outil)]


@pytest.mark.skipif(bool(ABSENTS), reason=f"outils absents : {', '.join(ABSENTS)}")
def test_the_lines_of_the_documentation_work_as_they_are_written(tmp_path):
    creation, *blocs = re.findall(r"```sh\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    # A socket path is short; pytest's folders are not.
    donnees = TEMPORAIRES / f"fce-depots-{os.getpid()}"
    try:
        with serveur(donnees) as s:
            env = {**s.environnement, "PATH": f"{FCE.parent}:{os.environ['PATH']}"}

            def lancer(script: str) -> str:
                resultat = subprocess.run(
                    ["bash", "-euo", "pipefail", "-c", script], env=env, cwd=tmp_path, capture_output=True, text=True
                )
                assert resultat.returncode == 0, resultat.stdout + resultat.stderr
                return resultat.stdout

            secret = re.search(r"fcedepot_\S+", lancer(creation))[0]
            adresse = f"http://127.0.0.1:{s.port}"
            script = "".join(blocs).replace("https://fce.exemple.gouv.fr", adresse).replace("fcedepot_…", secret)
            assert adresse in script
            assert secret in script
            sortie = lancer(script)
            for attendu in ("siret", "pret", "Publié.", "refuse", "le minimum est de", "publie", "\n6\n", "abandonne"):
                assert attendu in sortie
            assert secret not in s.sortie.read_text()
    finally:
        shutil.rmtree(donnees, ignore_errors=True)
