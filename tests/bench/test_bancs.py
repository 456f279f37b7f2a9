"""Every bench runs, at its smallest size: one that nobody has started since a move is found here."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from bench.paires import noeud
from tests.recherche.opensearch import grappe

BANCS: Final = Path(__file__).resolve().parents[2] / "bench"
PETITS: Final = {
    "alertes": "--lignes 300 --changements 30 --agents 3",
    "assistant": "",
    "changements": "--entreprises 1000 --jours 50,50",
    "carte": "--entreprises 1000",
    "compatible": "--entreprises 2000",
    "contradictions": "--entreprises 1000",
    "croisements": "--etablissements 500 --interactions 500",
    "demandes": "--demandes 300",
    "demarrage": "--secondes 3 --par-seconde 5",
    "droits": "",
    "fiche": "--entreprises 1000",
    "flux": "--entreprises 1000 --changements 100",
    "fusions": "--lignes 1000 --changements 100",
    "imports": "--lignes 1000",
    "groupe": "--societes 30 --fois 2",
    "indexation": "--entreprises 1000",
    "journal": "--consultations 1000",
    "lecteurs": "--entreprises 1000 --par-seconde 5",
    "lents": "--secondes 2",
    "metriques": "",
    "national": "--entreprises 1000",
    "pages": "--entreprises 1000",
    "paires": "--entreprises 1000",
    "rapprochement": "--lignes 300 --entreprises 1000",
    "recherche": "--entreprises 1000 --documents 1000",
    "refus": "--secondes 2",
    "replique": "--entreprises 1000 --publiees 100",
    "sauvegarde": "--entreprises 1000",
    "tableaux": "--lignes 300",
    "territoires": "--lieux 3 --tours 1",
}
"""{bench: its smallest size}. What it measures then means nothing: a target may be missed, the run may not fail."""
PIECES: Final = {"agents", "faits"}
"""Parts of benches that have a process of their own."""


def test_o6_each_bench_has_its_smallest_size() -> None:
    lances = {f.stem for f in BANCS.glob("*.py") if f.stem[0] != "_" and '__name__ == "__main__"' in f.read_text()}
    lances |= {f.parent.name for f in BANCS.glob("*/__main__.py")}
    assert lances - PIECES == PETITS.keys()


@pytest.mark.epreuve
@pytest.mark.parametrize("banc", PETITS)
def test_o6_each_bench_runs_at_its_smallest_size(banc: str, tmp_path: Path) -> None:
    options = PETITS[banc].split()
    if banc == "paires" and _impossible():
        options += ["--sans", "grappe"]
    if banc in ("national", "paires"):
        options += ["--resultats", str(tmp_path / "mesures.json")]
    lance = [sys.executable, "-m", f"bench.{banc}", *options]
    fini = subprocess.run(lance, cwd=BANCS.parent, capture_output=True, text=True, timeout=1800)
    assert "Traceback" not in fini.stderr, fini.stderr[-3000:]
    assert fini.returncode in (0, 1), fini.stderr[-3000:]
    assert re.search(r"\d", fini.stdout), fini.stderr[-3000:]


def _impossible() -> bool:
    try:
        return not (grappe.java() and grappe.jars())
    except grappe.GrappeImpossible:
        return True


def test_o6_the_node_of_the_pairs_names_a_parent_that_is_there_and_maven_says_why_it_fails(tmp_path: Path) -> None:
    pom = noeud.ICI / "noeud.xml"
    (parent,) = re.findall("<relativePath>(.+)</relativePath>", pom.read_text())
    assert (pom.parent / parent).resolve() == grappe.ICI / "pom.xml"
    perdu = tmp_path / "pom.xml"
    perdu.write_text(pom.read_text())
    if grappe.shutil.which("mvn"):
        with pytest.raises(grappe.GrappeImpossible, match="Non-resolvable parent POM"):
            grappe.jars(perdu)
