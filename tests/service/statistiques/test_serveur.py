"""A real ``fce serve``: what its pages have counted is in the base once a worker has ended well."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from tests.config.serveur import attendre, installe, serveur

NAVIGATEUR = {"User_Agent": "Mozilla/5.0 (X11; Linux x86_64)"}


@pytest.fixture(scope="module")
def dossier() -> Iterator[Path]:
    with installe("usage") as chemin:
        yield chemin


@pytest.mark.epreuve
def test_what_waits_in_memory_is_written_when_a_worker_ends(dossier: Path) -> None:
    with serveur(dossier, FCE_TRAVAILLEURS="1") as s:
        for _ in range(3):
            assert s.demander("/mentions-legales", **NAVIGATEUR).status == 200
        assert s.demander("/stats", **NAVIGATEUR).status == 200
        (travailleur,) = s.travailleurs()
        psutil.Process(travailleur).terminate()
        with psycopg.connect(**s.cluster.parametres()) as base:

            def ecrites() -> list[tuple[str, int]]:
                lues = base.execute("SELECT nom, nombre FROM statistiques_evenementdusage").fetchall()
                base.rollback()
                return [(nom, nombre) for nom, nombre in lues]

            attendre(lambda: ecrites() == [("visite_du_site", 4)], 10)
