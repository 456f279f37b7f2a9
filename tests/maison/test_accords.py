"""A word agrees with its number (V13): « 1 ligne », « 2 lignes », as ``formats.pluriel`` says it, and nothing else."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from fce.referentiels.templatetags import fce as filtres
from fce.socle.texte import formats

FCE = Path(__file__).parents[2] / "fce"
INVARIABLES = {
    "mois",
    "fois",
    "plus",
    "dans",
    "sans",
    "sous",
    "pas",
    "jours-ouvres",
    "cas",
    "dès",
    "depuis",
    "ailleurs",
}
PLURIEL = re.compile(r"^[ \u00a0\u202f]([a-zà-ÿœ]+(?:s|aux))(?![\w’'])")
TEMPLATE = re.compile(r"\{\{[^{}]*\}\}(?:</?[a-z]+[^>]*>)*[ \u00a0]([a-zà-ÿœ]+(?:s|aux))(?![\w’'-])")
NOMBRES_DE_GABARIT = re.compile(r"\|(?:length|nombre)\b|\btotal\b|nombre|combien")
FIXES = re.compile(r"^[A-Z_.]+(?:\(.*\))?$")
"""A number written in the code: whoever writes it sees it beside its word."""


def apres_un_nombre(arbre: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, what is written) of each plural that follows a value in an f-string."""
    for noeud in ast.walk(arbre):
        if not isinstance(noeud, ast.JoinedStr):
            continue
        for valeur, texte in zip(noeud.values, noeud.values[1:], strict=False):
            if isinstance(valeur, ast.FormattedValue) and isinstance(texte, ast.Constant):
                trouve = PLURIEL.match(str(texte.value))
                dit = ast.unparse(valeur.value)
                if trouve and trouve[1] not in INVARIABLES and _nombre(dit):
                    yield noeud.lineno, f"{dit} {trouve[1]}"


def _nombre(dit: str) -> bool:
    """Whether an expression is a number that changes: not a word, not a constant."""
    interieur = re.sub(r"^(?:formats\.)?nombre\((.*)\)$", r"\1", dit)
    if interieur.rpartition(".")[2].isupper():
        return False
    return interieur != dit or dit.startswith("len(") or bool(re.search(r"nombre|combien|total|lignes$", dit))


def ecrits() -> list[str]:
    trouves = []
    for fichier in sorted(FCE.rglob("*.py")):
        if "migrations" in fichier.parts:
            continue
        arbre = ast.parse(fichier.read_text(encoding="utf-8"))
        trouves += [f"{fichier.relative_to(FCE)}:{ligne} {dit}" for ligne, dit in apres_un_nombre(arbre)]
    return trouves


def test_v13_no_code_writes_a_plural_after_a_number_that_changes() -> None:
    assert ecrits() == []


def test_v13_no_template_writes_a_plural_after_a_number_that_changes() -> None:
    trouves = []
    for fichier in sorted((FCE / "templates").rglob("*.html")):
        for rang, ligne in enumerate(fichier.read_text(encoding="utf-8").splitlines(), 1):
            for trouve in TEMPLATE.finditer(ligne):
                valeur = trouve[0].partition("}}")[0]
                if trouve[1] not in INVARIABLES and NOMBRES_DE_GABARIT.search(valeur) and "accord" not in valeur:
                    trouves.append(f"{fichier.relative_to(FCE)}:{rang} {trouve[0]}")
            # Django's own filter writes « 0 sources »: French is plural from two.
            if "|pluralize" in ligne:
                trouves.append(f"{fichier.relative_to(FCE)}:{rang} pluralize")
    assert trouves == []


@pytest.mark.parametrize(
    ("nombre", "dite"),
    [
        (0, "0 ligne"),
        (1, "1 ligne"),
        (1.5, "1,5 ligne"),
        (2, "2 lignes"),
        (-1, "-1 ligne"),
        (1200, "1\u202f200 lignes"),
    ],
)
def test_v13_french_is_plural_from_two(nombre: float, dite: str) -> None:
    assert formats.pluriel(nombre, "ligne") == dite
    assert filtres.accord(nombre, "ligne,lignes") == dite
    assert filtres.mot(nombre, "ligne,lignes") == dite.partition(" ")[2]
