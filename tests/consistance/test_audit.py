"""What six readers are told of forty companies by the served demonstration, against the files that it wrote, read by
this test alone: counts, dates, scopes, « aucun ».
"""

import os
import shutil
import subprocess
from collections.abc import Iterator

import pytest

from tests.consistance.fichiers import Fichiers
from tests.consistance.passage import passer
from tests.consistance.tirage import PARTS
from tests.demonstration import FCE
from tests.dossiers import TEMPORAIRES
from tests.e2e.personnages import servir


@pytest.fixture
def environnement() -> Iterator[dict[str, str]]:
    """The whole demonstration, whose readers may open more pages in an hour than a person does in a week."""
    dossier = TEMPORAIRES / f"fce-audit-{os.getpid()}"
    herite = {nom: v for nom, v in os.environ.items() if nom not in ("FCE_ROLE", "DATABASE_URL")}
    propre = herite | {"FCE_DATA_DIR": str(dossier), "FCE_ENV": "developpement", "FCE_VOLUMES": "1000000/600"}
    fini = subprocess.run([FCE, "demo"], env=propre, capture_output=True, text=True, timeout=600)
    assert fini.returncode == 0, fini.stderr
    yield propre
    shutil.rmtree(dossier, ignore_errors=True)


def test_v_what_six_readers_are_told_of_forty_companies_is_what_the_files_say(environnement: dict[str, str]) -> None:
    with servir(environnement, entreprises=5000) as racine:
        passage = passer(racine, Fichiers(TEMPORAIRES / f"fce-audit-{os.getpid()}" / "demo"), sum(PARTS.values()))
    assert not passage.fautes, "\n".join(passage.fautes)
    assert passage.mots == set(), "des comptes disent ce que l'audit ne connaît pas (tests/consistance/regles.py)"
    assert passage.lus > 20_000
