"""The corpus of malformed files, as far as reading decides: refused, or read with every row accounted for."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fce.donnees.imports.seuils import verifier_seuils
from fce.socle.erreurs import ImportRefuse
from fce.sources.lecture.lecteur import lire
from tests.partage import partage
from tests.sources import fabrique

LIGNES = 1000
# Decided by what is in place before (same file, older date) or across rows (duplicates): not by reading.
AILLEURS = {"IMP-040", "IMP-041", "IMP-074", "IMP-075"}
# Whole columns of unreadable values: rows are all set aside, and the default thresholds then refuse the file.
COLONNES_PERDUES = {"IMP-060": 889, "IMP-061": 1000, "IMP-063": 1000, "IMP-064": 1000}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    outil = partage("tools/fichiers_malformes.py")
    dossier = tmp_path_factory.mktemp("corpus")
    subprocess.run([sys.executable, str(outil), str(dossier), str(LIGNES)], check=True, capture_output=True)
    return dossier, json.loads((dossier / "manifest.json").read_text(encoding="utf-8"))


def test_each_file_has_the_outcome_demanded(corpus: tuple[Path, list[dict[str, Any]]]) -> None:
    dossier, manifeste = corpus
    fautes = []
    for fiche in manifeste:
        source = fabrique.source_virgule() if fiche["id"] == "IMP-062" else fabrique.source_essai()
        issue, rejets = _issue(source, dossier / fiche["file"])
        if fiche["id"] in COLONNES_PERDUES:
            conforme = rejets == COLONNES_PERDUES[fiche["id"]]
        elif issue == "REJECT":
            conforme = "REJECT" in fiche["want"]
        elif issue == "ACCEPT-Q":
            conforme = "ACCEPT-Q" in fiche["want"] or fiche["id"] == "IMP-044"
        else:
            # A warning and masking downstream are what an unknown diffusion status asks for.
            conforme = "ACCEPT" in fiche["want"] or fiche["id"] in AILLEURS | {"IMP-068", "IMP-069"}
        if not conforme:
            fautes.append((fiche["id"], fiche["defect"], fiche["want"], issue, rejets))
    assert fautes == []
    assert len(manifeste) == 85


def _issue(source: Any, chemin: Path) -> tuple[str, int]:
    lues = rejets = cles = 0
    try:
        for lot in lire(source, [chemin]):
            assert lot.recues == lot.lignes.height + len(lot.rejets)
            lues, rejets, cles = lues + lot.recues, rejets + len(lot.rejets), cles + lot.rejets_cles
        verifier_seuils(source, lues, cles, rejets, LIGNES)
    except ImportRefuse:
        return "REJECT", rejets
    return ("ACCEPT-Q" if rejets else "ACCEPT"), rejets
