"""Modules owe a docstring; so do the public functions of services, selectors, ports and policies. Elsewhere, only what
would surprise is worth one."""

from __future__ import annotations

import ast

from tests.maison.test_code import FICHIERS, RACINE, arbre

CONTRATS = ("services", "selectors", "port", "politique", "portee")
"""First words of the modules that other rooms rely on."""


def test_a_module_says_what_it_holds() -> None:
    """The name of an application (``apps.py``) says it already; an empty package holds nothing."""
    muets = [c for c in FICHIERS if c.name != "apps.py" and arbre(c).body and not ast.get_docstring(arbre(c))]
    assert muets == []


def test_what_other_rooms_call_says_its_effect() -> None:
    contrats = [c for c in FICHIERS if c.stem.split("_")[0] in CONTRATS]
    muets = [
        f"{c.relative_to(RACINE)}:{noeud.lineno} {noeud.name}"
        for c in contrats
        for noeud in arbre(c).body
        if isinstance(noeud, ast.FunctionDef | ast.ClassDef)
        and not noeud.name.startswith("_")
        and not ast.get_docstring(noeud)
    ]
    assert len(contrats) > 50
    assert muets == []
