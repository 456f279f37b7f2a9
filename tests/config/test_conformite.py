"""``docs/conformite.md`` claims nothing without a proof, and names no proof that is not there."""

from __future__ import annotations

import re

from tests.preuves import RACINE, manque

ETATS = {"fait", "en partie", "à faire par l’opérateur", "non fait"}
LIGNES = [
    [cellule.strip() for cellule in ligne.strip("|\n").split("|")]
    for ligne in (RACINE / "docs/conformite.md").read_text(encoding="utf-8").splitlines()
    if ligne.startswith("| ") and not ligne.startswith("| obligation ")
]


def test_each_obligation_has_a_state_and_what_is_done_a_proof() -> None:
    assert len(LIGNES) > 40
    for obligation, etat, preuve, remarque in LIGNES:
        assert etat in ETATS, obligation
        if etat in ("fait", "en partie"):
            assert re.findall("`[^`]+`", preuve), obligation
        if etat == "en partie":
            assert remarque, f"{obligation} : ce qui manque n’est pas dit"


def test_each_proof_is_there() -> None:
    nommees = {preuve for ligne in LIGNES for preuve in re.findall("`([^`]+)`", ligne[2])}
    assert len(nommees) > 40
    assert sorted(preuve for preuve in nommees if manque(preuve)) == []
