"""What ``ARCHITECTURE.md`` names is where it says."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.maison.test_code import FICHIERS, RACINE, arbre, piece
from tests.maison.test_murs import ETAGES

CARTE = (RACINE.parent / "ARCHITECTURE.md").read_text(encoding="utf-8")
PIECES = {piece(chemin) for chemin in FICHIERS if chemin.parent != RACINE}


def test_the_files_and_folders_of_the_map_exist() -> None:
    chemins = [c for c in re.findall(r"`((\w+)/[\w./]+)`", CARTE) if c[1] in PIECES]
    assert chemins
    assert [chemin for chemin, _ in chemins if not (RACINE / chemin).exists()] == []


def test_the_functions_and_modules_of_the_map_exist() -> None:
    noms = [nom for nom, premier in re.findall(r"`((\w+)\.[\w.]+)`", CARTE) if premier in PIECES]
    assert noms
    assert [nom for nom in noms if not _existe(nom)] == []


def test_the_rooms_of_the_house_stand_on_the_floors_of_the_map_as_they_do_in_the_contract() -> None:
    dessin = CARTE.split("```")[1]
    dessines = [
        set(re.findall(r"^  (\w+)/ ", etage, re.M)) & PIECES for etage in re.split(r"^ *\d+ ─", dessin, flags=re.M)
    ]
    assert [e for e in dessines if e] == ETAGES
    assert set().union(*ETAGES) == PIECES


def _existe(nom: str) -> bool:
    """A module or a folder of the house, or a name that its module, or the one of its folder, defines or imports."""
    dossier = Path(*nom.split("."))
    if (RACINE / dossier).is_dir() or (RACINE / dossier).with_suffix(".py").exists():
        return True
    for module in (RACINE / dossier.parent / "__init__.py", (RACINE / dossier.parent).with_suffix(".py")):
        if module.exists() and dossier.name in _noms(module):
            return True
    return False


def _noms(module: Path) -> set[str]:
    noms = set()
    for noeud in ast.walk(arbre(module)):
        if isinstance(noeud, ast.ImportFrom):
            noms |= {alias.asname or alias.name for alias in noeud.names}
        elif isinstance(noeud, ast.FunctionDef | ast.ClassDef):
            noms.add(noeud.name)
        elif isinstance(noeud, ast.Name) and isinstance(noeud.ctx, ast.Store):
            noms.add(noeud.id)
    return noms
