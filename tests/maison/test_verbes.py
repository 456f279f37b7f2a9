"""The first word of a public function is a verb of ``docs/glossaire.md``, with its one meaning, or a noun."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from tests.maison.test_code import FICHIERS, RACINE, arbre, piece

GLOSSAIRE = RACINE.parent / "docs" / "glossaire.md"
A_L_INFINITIF = re.compile(r"\w+(er|ir|re)")
AUTRES = {
    "barriere", "cadre", "calendrier", "chantier", "couvre", "dernier", "differe", "dossier",
    "ecriture", "entier", "fichier", "formulaire", "genre", "histoire", "lecture", "libre", "livre", "membre",
    "memoire", "nombre", "nomenclature", "ouvre", "perimetre", "postmaster", "premiere",
    "relecture", "rencontre", "semestre", "signature", "territoire", "titre",
}  # fmt: skip
"""Nouns, adjectives and predicates that end as an infinitive does."""


@cache
def _premiers_mots() -> dict[str, dict[str, str]]:
    """{first word of a public function: {room: one function that it begins}}."""
    mots: dict[str, dict[str, str]] = defaultdict(dict)
    for chemin in FICHIERS:
        if piece(chemin) != "demo" and "catalogue" not in chemin.parts:
            for noeud in _fonctions(arbre(chemin)):
                mots[noeud.name.split("_")[0]][piece(chemin)] = f"{chemin.relative_to(RACINE)}:{noeud.lineno}"
    return mots


def _fonctions(dans: ast.Module | ast.ClassDef) -> Iterator[ast.FunctionDef]:
    for noeud in dans.body:
        if not isinstance(noeud, ast.ClassDef | ast.FunctionDef) or noeud.name.startswith("_"):
            continue
        if isinstance(noeud, ast.ClassDef):
            yield from _fonctions(noeud)
        elif not any("property" in ast.unparse(d) for d in noeud.decorator_list):
            yield noeud  # a property is the name of a thing


def _rangees(titre: str) -> Iterator[list[set[str]]]:
    """The cells of the table under a title, each as the set of its words between backquotes."""
    section = GLOSSAIRE.read_text(encoding="utf-8").split(f"# {titre}\n", 1)[1].split("\n#", 1)[0]
    for ligne in section.splitlines():
        if ligne.startswith("| `"):
            yield [set(re.findall(r"`(\w+)`", cellule)) for cellule in ligne.split("|")[1:-1]]


@cache
def _verbes() -> frozenset[str]:
    return frozenset(verbe for verbes, *_ in _rangees("Verbes") for verbe in verbes)


def _d_une_piece() -> dict[str, set[str]]:
    return {nom: verbes for noms, verbes in _rangees("Verbes d'une seule pièce") for nom in noms}


def test_a_function_begins_with_a_verb_of_the_glossary() -> None:
    propres = _d_une_piece()
    inconnus = {
        mot: ou
        for mot, pieces in _premiers_mots().items()
        if A_L_INFINITIF.fullmatch(mot) and mot not in AUTRES and mot not in _verbes()
        for nom, ou in pieces.items()
        if mot not in propres.get(nom, set())
    }
    assert inconnus == {}


def test_a_verb_that_two_rooms_use_has_one_meaning() -> None:
    propres = [verbe for verbes in _d_une_piece().values() for verbe in verbes]
    assert {verbe for verbe in propres if verbe in _verbes() or propres.count(verbe) > 1} == set()


def test_no_verb_of_the_glossary_is_without_use() -> None:
    mots = _premiers_mots()
    assert {verbe for verbe in _verbes() if verbe not in mots} == set()
    assert {(p, v) for p, verbes in _d_une_piece().items() for v in verbes if p not in mots.get(v, {})} == set()
    assert {mot for mot in AUTRES if mot not in mots} == set()


def test_a_verb_has_one_row_and_no_function_begins_with_another_for_the_same_thing() -> None:
    rangees = [verbe for verbes, *_ in _rangees("Verbes") for verbe in verbes]
    assert len(rangees) == len(set(rangees))
    ecartes = {verbe for *_, exclus in _rangees("Verbes") for verbe in exclus}
    assert {verbe: _premiers_mots()[verbe] for verbe in ecartes if verbe in _premiers_mots()} == {}
