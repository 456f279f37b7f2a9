"""A backup of one PostgreSQL comes back in another; a killed backup and a killed restore leave nothing to believe."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from fce.sauvegarde import chiffrement, manifeste, services, verification
from fce.socle.postgres.binaires import dossiers_de_la_roue
from tests.config.serveur import environnement
from tests.dossiers import dossier_court
from tests.droits.comptes import fabrique

pytestmark = pytest.mark.epreuve


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("programmes", dossiers_de_la_roue(), ids=lambda d: d.parent.name)
def test_a_backup_comes_back_in_a_newer_postgresql(programmes: Path, cle: Path, settings: Any) -> None:
    fabrique.membre()
    place, _ = services.sauvegarder(timezone.now())
    settings.FCE_POSTGRES_BIN = str(programmes)
    preuve = verification.eprouver(place, chiffrement.identite(cle))
    assert preuve.ecarts == ()


def test_bak_05_a_killed_backup_or_restore_leaves_nothing_to_believe(cle: Path, settings: Any) -> None:
    """With real processes, killed at once and a moment later."""
    with dossier_court("sauvegarde") as dossier:
        env = environnement(dossier / "var")
        env |= {
            "FCE_SAUVEGARDE_DESTINATAIRE": settings.FCE_SAUVEGARDE_DESTINATAIRE,
            "FCE_SAUVEGARDES": str(dossier / "copies"),
        }
        copies = dossier / "copies"
        assert fce(env, "check") is not None  # the schema is made
        for attente in (0.0, 0.3, 1.0):
            tuer_quand(env, lambda: any(copies.glob("*.partielle/*")), attente, "sauvegarde")
            entieres = [
                d for d in copies.iterdir() if (d / manifeste.NOM).is_file() and not d.name.endswith("partielle")
            ]
            assert all(verification.verifier(d) for d in entieres)
        assert fce(env, "sauvegarde").returncode == 0
        assert not list(copies.glob("*.partielle"))
        neuf = {**env, "FCE_DATA_DIR": str(dossier / "neuf")}
        arguments = ("restaurer", "derniere", "--identite", str(cle))
        tuer_quand(neuf, lambda: any((dossier / "neuf").glob("restauration-*")), 2.0, *arguments)
        encore = fce(neuf, *arguments)
        assert encore.returncode in (0, 1)
        if encore.returncode:
            # A pg_restore that survived its parent still holds the database for a moment.
            assert any(dit in encore.stderr for dit in ("avant la fin", "pas vide", "s’en sert"))
            assert fce(neuf, "serve", "--port", "8159").returncode == 1


def fce(env: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    commande = [sys.executable, "-m", "fce.config.commande", *arguments]
    return subprocess.run(commande, env=env, capture_output=True, text=True, timeout=600)


def tuer_quand(env: dict[str, str], vu: Any, attente: float, *arguments: str) -> None:
    """Kill a command ``attente`` seconds after ``vu`` is true, if it is still running."""
    commande = [sys.executable, "-m", "fce.config.commande", *arguments]
    with subprocess.Popen(commande, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as processus:
        while processus.poll() is None and not vu():
            time.sleep(0.01)
        time.sleep(attente)
        if processus.poll() is None:
            os.kill(processus.pid, signal.SIGKILL)
