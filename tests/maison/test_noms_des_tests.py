"""The name of a test is English, because it states the rule that the test protects."""

from __future__ import annotations

import ast
import re
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
FRANCAIS = {
    "aucun", "aucune", "aux", "avec", "ce", "ces", "cette", "chaque", "dans", "des", "deux", "du", "elle", "elles",
    "est", "il", "ils", "jamais", "le", "les", "leur", "leurs", "meme", "ne", "nul", "ou", "par", "pas", "personne",
    "pour", "quand", "que", "qui", "rien", "sans", "se", "si", "son", "sont", "sous", "sur", "tous", "tout", "toute",
    "toutes", "trois", "un", "une", "vers",
}  # fmt: skip
"""French words that no English name holds. « de », « et » and « la » are absent: « La Poste » and « avis de situation »
keep theirs."""


def _mots(nom: str) -> set[str]:
    """The words of ``test_a_rule_holds``, or of ``TestARule``."""
    return {mot.lower() for mot in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", nom)}


def test_no_test_is_named_in_french() -> None:
    fautifs = [
        f"{chemin.relative_to(TESTS)}:{noeud.lineno} {noeud.name}"
        for chemin in sorted(TESTS.rglob("test_*.py"))
        for noeud in ast.walk(ast.parse(chemin.read_text(encoding="utf-8")))
        if isinstance(noeud, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and noeud.name.startswith(("test_", "Test"))
        and _mots(noeud.name) & FRANCAIS
    ]
    assert fautifs == []
