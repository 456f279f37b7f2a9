"""Fifteen verbs have one meaning (« Verbes », ``docs/glossaire.md``), and no function has another verb for it."""

from __future__ import annotations

import ast
import re

from tests.maison.test_code import FICHIERS, RACINE, arbre, piece

GLOSSAIRE = RACINE.parent / "docs" / "glossaire.md"
LECTEURS = {"sources", "socle"}
"""Rooms where a function named ``lire`` is the reader of a file or of a connection."""


def _verbes() -> dict[str, set[str]]:
    """{verb: those that are not said for it}."""
    rangees = re.findall(r"^\| `(\w+)` \|.*\|(.*)\|$", GLOSSAIRE.read_text("utf-8").split("\n## Verbes\n")[1], re.M)
    return {verbe: set(re.findall(r"`(\w+)`", ecartes)) for verbe, ecartes in rangees}


def test_no_function_says_another_verb_than_the_one_of_the_glossary() -> None:
    premiers = {
        noeud.name.split("_")[0]: f"{chemin.relative_to(RACINE)}:{noeud.lineno}"
        for chemin in FICHIERS
        if piece(chemin) != "demo" and "catalogue" not in chemin.parts
        for noeud in ast.walk(arbre(chemin))
        if isinstance(noeud, ast.FunctionDef)
    }
    verbes = _verbes()
    assert len(verbes) == 15
    assert verbes.keys() - premiers.keys() == set()
    assert {v: premiers[v] for ecartes in verbes.values() for v in ecartes if v in premiers} == {}


def test_a_name_says_what_the_thing_is_not_that_it_was_read() -> None:
    """A column, a field of the API and the published client keep their names."""
    ecartes = re.compile(r"(?:^|_)(?:lue?s?)(?:_|$)|[a-z](?:Lu|Dit|Rendu)e?s?$")
    fautifs = {
        f"{chemin.relative_to(RACINE)}:{noeud.lineno} {nom}"
        for chemin in FICHIERS
        if not {*chemin.parts, chemin.stem} & {"models", "client", "schemas_depots"}
        for noeud in ast.walk(arbre(chemin))
        for nom in _noms(noeud)
        if ecartes.search(nom) or (nom.strip("_") == "lire" and piece(chemin) not in LECTEURS)
    }
    assert fautifs == set()


def _noms(noeud: ast.AST) -> list[str]:
    match noeud:
        case ast.ClassDef(name=nom) | ast.FunctionDef(name=nom) | ast.arg(arg=nom) | ast.Name(id=nom, ctx=ast.Store()):
            return [nom]
    return []
