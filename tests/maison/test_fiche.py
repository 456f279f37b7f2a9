"""The room of the sheet is easy to read: names of its own, small functions and files."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

import pytest

import fce

RACINE = Path(fce.__file__).parent
FICHIERS = sorted((RACINE / "fiche").rglob("*.py"))


def test_aucune_classe_publique_n_a_le_nom_de_celle_d_une_autre_piece() -> None:
    """The demonstration, which invents companies, has words of its own."""
    pieces: dict[str, set[str]] = defaultdict(set)
    for chemin in RACINE.rglob("*.py"):
        piece = chemin.relative_to(RACINE).parts[0]
        for noeud in ast.parse(chemin.read_text(encoding="utf-8")).body:
            if isinstance(noeud, ast.ClassDef) and not noeud.name.startswith("_") and piece != "demo":
                pieces[noeud.name].add(piece)
    assert {nom: ou for nom, ou in pieces.items() if "fiche" in ou and len(ou) > 1} == {}


@pytest.mark.parametrize("chemin", FICHIERS, ids=lambda c: str(c.relative_to(RACINE)))
def test_un_fichier_et_ses_fonctions_restent_courts(chemin: Path) -> None:
    texte = chemin.read_text(encoding="utf-8")
    assert texte.count("\n") <= 400
    fonctions = (n for n in ast.walk(ast.parse(texte)) if isinstance(n, ast.FunctionDef))
    assert {n.name for n in fonctions if (n.end_lineno or 0) - n.lineno >= 60} == set()
