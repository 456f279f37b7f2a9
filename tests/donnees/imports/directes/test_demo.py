"""``fce demo --servir`` answers live sources offline, and its stand-in stops with it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fce.demo import personnages
from fce.demo.management.commands import demo
from fce.socle.texte.identifiants import siret_valide
from tests.config.serveur import FCE, environnement, port_libre
from tests.dossiers import dossier_court

REGLAGES = ("FCE_API_ENTREPRISE_URL", "FCE_API_ENTREPRISE_TOKEN", "FCE_API_ENTREPRISE_DESTINATAIRE")


@pytest.fixture
def _propre(monkeypatch: pytest.MonkeyPatch) -> None:
    for nom in REGLAGES:
        monkeypatch.setenv(nom, "")


def repond(adresse: str) -> bool:
    hote, port = re.fullmatch(r"http://([\d.]+):(\d+)", adresse).groups()  # type: ignore[union-attr]
    with socket.socket() as prise:
        return prise.connect_ex((hote, int(port))) == 0


@pytest.mark.usefixtures("_propre")
def test_the_pages_of_the_demonstration_have_a_sandbox(settings: Any) -> None:
    with demo._sources_directes():
        adresse = os.environ["FCE_API_ENTREPRISE_URL"]
        assert siret_valide(os.environ["FCE_API_ENTREPRISE_DESTINATAIRE"])
        assert repond(adresse)
    assert not repond(adresse)


@pytest.mark.usefixtures("_propre")
def test_settings_already_made_are_kept(settings: Any) -> None:
    settings.FCE_API_ENTREPRISE_URL = "https://entreprise.exemple.gouv.fr"
    with demo._sources_directes():
        assert os.environ["FCE_API_ENTREPRISE_URL"] == ""


@pytest.fixture
def dossier() -> Iterator[Path]:
    with dossier_court("directes") as chemin:
        yield chemin


@pytest.mark.epreuve
def test_the_whole_path_works_offline_and_stops_on_the_signal(dossier: Path) -> None:
    port = port_libre()
    processus = subprocess.Popen(
        [FCE, "demo", "--entreprises", "300", "--servir", "--port", str(port)],
        env=environnement(dossier),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert processus.stdout is not None
        assert any("est servie" in ligne for ligne in processus.stdout)
        # Said just before the port is open.
        assert any(repond(f"http://127.0.0.1:{port}") or time.sleep(0.2) for _ in range(100))
        racine = f"http://127.0.0.1:{port}/entreprise"
        with urllib.request.urlopen(f"{racine}/{personnages.GROUPE.siren}/direct/tva", timeout=10) as page:
            assert f"FR29{personnages.GROUPE.siren}" in page.read().decode()
        with urllib.request.urlopen(f"{racine}/{personnages.GROUPE.siren}/direct/tva", timeout=10) as page:
            assert "réponse gardée" in page.read().decode(), "un processus web garde les réponses"
        with pytest.raises(urllib.error.HTTPError) as refus:
            urllib.request.urlopen(f"{racine}/{personnages.GROUPE.siren}/direct/dgfip-liasses", timeout=10)
        refus.value.close()
        assert refus.value.code == 403
    finally:
        processus.send_signal(signal.SIGTERM)
        processus.communicate(timeout=60)
    assert processus.returncode == 0
