"""A backup folder, a key pair, and an empty database of the same server to restore into."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from psycopg import sql
from pyrage import x25519


@pytest.fixture
def cle(settings: Any, tmp_path: Path) -> Path:
    """File of the private key; the settings have the public one, and folders of this test."""
    paire = x25519.Identity.generate()
    fichier = tmp_path / "cle.txt"
    fichier.write_text(f"# made by age-keygen\n{paire}\n")
    settings.FCE_SAUVEGARDE_DESTINATAIRE = str(paire.to_public())
    settings.FCE_SAUVEGARDES = tmp_path / "sauvegardes"
    settings.FCE_RETRAITS = str(tmp_path / "ailleurs")
    settings.FCE_DATA_DIR = tmp_path / "donnees"
    settings.FCE_PIECES_DIR = tmp_path / "donnees" / "pieces"
    return fichier


@pytest.fixture
def machine_neuve(transactional_db: None, settings: Any, tmp_path: Path) -> Iterator[Callable[[], None]]:
    """Call it to go on in an empty database and empty folders, as on another machine."""
    avant, neuve = connection.settings_dict["NAME"], f"{connection.settings_dict['NAME']}_neuve"

    def aller() -> None:
        _creer(neuve)
        connection.close()
        connection.settings_dict["NAME"] = neuve
        settings.FCE_DATA_DIR = tmp_path / "autre_machine"
        settings.FCE_PIECES_DIR = tmp_path / "autre_machine" / "pieces"

    yield aller
    connection.close()
    connection.settings_dict["NAME"] = avant
    _supprimer(neuve)


def _creer(nom: str) -> None:
    with connection._nodb_cursor() as curseur:  # type: ignore[attr-defined]
        curseur.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(nom)))


def _supprimer(nom: str) -> None:
    with connection._nodb_cursor() as curseur:  # type: ignore[attr-defined]
        curseur.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(nom)))
