"""What six readers are told of forty companies by the served demonstration, against the files that it wrote, read by
this test alone: counts, dates, scopes, « aucun ».

``FCE_GRAINE``: the seed of the draw, printed each time; the day of the run without it.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.consistance.audit import Audit
from tests.consistance.fichiers import Fichiers
from tests.consistance.servi import catalogue, guichets
from tests.consistance.tirage import PARTS, tirer
from tests.demonstration import FCE
from tests.dossiers import TEMPORAIRES
from tests.e2e.personnages import servir

TEMOIN = "000001008"


@pytest.fixture
def aujourd_hui() -> date:
    return datetime.now(ZoneInfo("Europe/Paris")).date()


@pytest.fixture(scope="module")
def environnement() -> Iterator[dict[str, str]]:
    """The whole demonstration, whose readers may open more pages in an hour than a person does in a week."""
    dossier = TEMPORAIRES / f"fce-audit-{os.getpid()}"
    herite = {nom: v for nom, v in os.environ.items() if nom not in ("FCE_ROLE", "DATABASE_URL")}
    propre = herite | {"FCE_DATA_DIR": str(dossier), "FCE_ENV": "developpement", "FCE_VOLUMES": "1000000/600"}
    fini = subprocess.run([FCE, "demo"], env=propre, capture_output=True, text=True, timeout=600)
    assert fini.returncode == 0, fini.stderr
    yield propre
    shutil.rmtree(dossier, ignore_errors=True)


def auditer(racine: str, fichiers: Fichiers, combien: int, aujourd_hui: date) -> tuple[list[str], int, set[str]]:
    """(every difference, statements read, words of counts that are not known) of a draw."""
    graine = int(os.environ.get("FCE_GRAINE", f"{aujourd_hui:%Y%m%d}"))
    tirees = tirer(fichiers, graine, combien, aujourd_hui)
    print(f"graine {graine} : {tirees}")  # noqa: T201 – to draw the same again
    fautes, lus, mots = [], 0, set()
    with guichets(racine, TEMOIN) as ouverts:
        jeux = catalogue(ouverts[0])
        for guichet in ouverts:
            audit = Audit(fichiers, aujourd_hui, guichet.lecteur, jeux)
            fautes += audit.publies() if guichet is ouverts[0] else []
            for siren in tirees:
                fautes += audit.fautes(siren, guichet.entreprise(siren))
            lus += audit.enonces
            mots |= audit.mots
    return fautes, lus, mots


@pytest.mark.epreuve
def test_v_what_six_readers_are_told_of_forty_companies_is_what_the_files_say(
    environnement: dict[str, str], aujourd_hui: date
) -> None:
    fichiers = Fichiers(TEMPORAIRES / f"fce-audit-{os.getpid()}" / "demo")
    with servir(environnement, entreprises=5000) as racine:
        fautes, lus, mots = auditer(racine, fichiers, sum(PARTS.values()), aujourd_hui)
    assert fautes == []
    assert mots == set(), "des comptes disent autre chose que ce que l'audit connaît (audit.COMPTES)"
    assert lus > 20_000
