"""With any one room closed, the service stands: it is sound, its pages answer, none leads to that room."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import Resolver404, ResolverMatch, resolve

from tests.config.serveur import environnement
from tests.demonstration import copier
from tests.dossiers import TEMPORAIRES
from tests.preuves import manque
from tests.salles.table import OUVERTES, SALLES, Salle

RACINE = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def dossier() -> Iterator[Path]:
    chemin = TEMPORAIRES / f"fce-salles-{os.getpid()}"
    chemin.mkdir()
    copier(chemin)
    yield chemin
    shutil.rmtree(chemin)


def lancer(commande: list[object], dossier: Path, **reglages: str) -> str:
    env = environnement(dossier, **reglages)
    fini = subprocess.run(list(map(str, commande)), cwd=RACINE, env=env, capture_output=True, text=True, timeout=300)
    assert fini.returncode == 0, fini.stdout[-2000:] + fini.stderr[-4000:]
    return fini.stdout


def lues(dossier: Path, **reglages: str) -> dict[str, tuple[int, list[str]]]:
    """{"who page": (status, its links)} of a service with these settings, in which ``fce check`` finds nothing."""
    sortie = lancer([sys.executable, "-m", "tests.salles.rendues"], dossier, **reglages)
    return {cle: (statut, liens) for cle, (statut, liens) in json.loads(sortie.splitlines()[-1]).items()}


def trouve(adresse: str) -> ResolverMatch | None:
    """What answers an address of the service where everything is open."""
    try:
        return resolve(urlsplit(adresse).path)
    except Resolver404:
        return None


def menent(salle: Salle, liens: list[str]) -> list[str]:
    return [lien for lien in liens if (la := trouve(lien)) and salle.sienne(la)]


@pytest.mark.epreuve
def test_an_open_service_leads_to_each_of_its_rooms(dossier: Path) -> None:
    """What the next test looks for is there to be seen when nothing is closed."""
    pages = lues(dossier)
    assert len({cle.split(" ")[0] for cle in pages}) > 8
    for salle in SALLES:
        assert any(menent(salle, liens) for _, liens in pages.values()), salle.reglage


@pytest.mark.epreuve
@pytest.mark.parametrize("salle", SALLES, ids=lambda salle: salle.reglage)
def test_a_service_without_one_room_stands_and_never_leads_to_it(dossier: Path, salle: Salle) -> None:
    pages = lues(dossier, **{salle.reglage: "false"})
    assert {cle: statut for cle, (statut, _) in pages.items() if statut >= 500} == {}
    assert sum(statut == 200 for statut, _ in pages.values()) > 100
    assert {cle: la for cle, (_, liens) in pages.items() if (la := menent(salle, liens))} == {}


@pytest.mark.django_db
def test_the_brand_block_of_the_state_is_shown_where_it_is_set_and_only_there(client: Client, settings: Any) -> None:
    neutre = client.get("/cookies").content.decode()
    assert "fr-logo" not in neutre
    assert "/fce/favicon.svg" in neutre
    settings.FCE_MARQUE = "République|Française"
    marquee = client.get("/cookies").content.decode()
    assert marquee.count("République<br>Française") == 2
    assert "/dsfr/dist/favicon/favicon.svg" in marquee


def test_the_suite_of_a_closed_room_leaves_out_tests_that_exist() -> None:
    noms = {chemin for salle in SALLES for chemin in salle.tests} | set(OUVERTES)
    assert {nom for nom in noms if manque(f"tests/{nom.partition('[')[0]}")} == set()
