"""An instant becomes a day in one place, ``fce/socle/texte/paris.py``: elsewhere, the day of an instant in UTC, or of
the clock of the machine, would be the one before for one or two hours each night."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.maison.arbres import docstrings

RACINE = Path(__file__).resolve().parents[2]
SEUL = RACINE / "fce" / "socle" / "texte" / "paris.py"
HORLOGES = {"today", "utcnow", "localdate"}
SQL = re.compile(
    r"\bcurrent_date\b|now\(\)\s*::\s*date|\w_le\s*::\s*date|date_trunc\((?!'(?:hour|minute)')(?!.*AT TIME ZONE)",
    re.IGNORECASE | re.DOTALL,
)
"""Days that PostgreSQL makes of an instant in the time zone of the connection, UTC."""


def fautes(arbre: ast.AST, *, essai: bool = False) -> Iterator[int]:
    """Lines that make a day without saying where. ``essai``: a test may, when the time zone is written beside."""
    documentation = docstrings(arbre)
    for noeud in ast.walk(arbre):
        if isinstance(noeud, ast.Constant) and isinstance(noeud.value, str) and not essai:
            if id(noeud) not in documentation and SQL.search(noeud.value):
                yield noeud.lineno
        elif isinstance(noeud, ast.Attribute) and noeud.attr in HORLOGES and not essai:
            yield noeud.lineno
        elif isinstance(noeud, ast.Call) and isinstance(noeud.func, ast.Attribute):
            appelee, de = noeud.func.attr, noeud.func.value
            arguments = [*noeud.args, *noeud.keywords]
            if (
                (appelee == "date" and not arguments and not (essai and _situee(de)))
                or (appelee == "now" and not arguments and not ast.unparse(de).endswith("timezone"))
                or (appelee == "fromtimestamp" and len(arguments) < 2)
            ):
                yield noeud.lineno
        elif (
            isinstance(noeud, ast.Call)
            and ast.unparse(noeud.func) == "TruncDate"
            and "tzinfo" not in ast.unparse(noeud)
        ):
            yield noeud.lineno


def _situee(noeud: ast.AST) -> bool:
    """An instant whose text says its time zone, or that is read from a text without one."""
    ecrit = ast.unparse(noeud)
    return "Europe/Paris" in ecrit or "PARIS" in ecrit or "strptime" in ecrit


@pytest.mark.parametrize(
    ("ecrit", "fautif"),
    [
        ("fil.envoyee_le.date()", True),
        ("timezone.now().date()", True),
        ("date.today()", True),
        ("field(default_factory=date.today)", True),
        ("datetime.now()", True),
        ("datetime.fromtimestamp(1)", True),
        ("timezone.localdate()", True),
        ("TruncDate('quand')", True),
        ("q = 'SELECT 1 WHERE jour <= CURRENT_DATE'", True),
        ("q = 'SELECT envoyee_le::date'", True),
        ("q = \"SELECT date_trunc('month', quand)\"", True),
        ("q = \"SELECT date_trunc('month', quand AT TIME ZONE 'Europe/Paris')\"", False),
        ("paris.aujourd_hui()", False),
        ("timezone.now()", False),
        ("datetime.now(UTC)", False),
        ("TruncDate('quand', tzinfo=PARIS)", False),
        ('def f():\n    """Not CURRENT_DATE."""', False),
    ],
)
def test_v18_a_day_that_is_that_of_utc_or_of_the_machine_is_seen(ecrit: str, fautif: bool) -> None:
    assert bool([*fautes(ast.parse(ecrit))]) is fautif


@pytest.mark.parametrize("dossier", ["fce", "tests"])
def test_v18_only_one_module_makes_a_day_of_an_instant(dossier: str) -> None:
    essai = dossier == "tests"
    fichiers = [
        f for f in (RACINE / dossier).rglob("*.py") if "migrations" not in f.parts and f not in (SEUL, Path(__file__))
    ]
    trouvees = {
        f"{fichier.relative_to(RACINE)}:{ligne}"
        for fichier in fichiers
        for ligne in fautes(ast.parse(fichier.read_text(encoding="utf-8")), essai=essai)
    }
    assert trouvees == set()
