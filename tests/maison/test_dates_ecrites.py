"""No near date is written in what runs by the clock of the machine: it would be past, or too far, on another day."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import horloge
from tests.maison.arbres import docstrings

PROCHES = range(2026, 2040)
ECRITE = re.compile(r"(?<!\d)(?:(20\d\d)-[01]\d|\d\d/\d\d/(20\d\d)(?!\d))")
JOURS = {"date", "datetime"}


def dates_proches(module: ast.Module) -> Iterator[int]:
    """Lines that write a day from 2026 on, docstrings aside."""
    documentation = docstrings(module)
    for noeud in ast.walk(module):
        if isinstance(noeud, ast.Call):
            nom = ast.unparse(noeud.func).rpartition(".")[2]
            annee = noeud.args[0] if nom in JOURS and noeud.args else None
            if isinstance(annee, ast.Constant) and annee.value in PROCHES:
                yield noeud.lineno
        elif isinstance(noeud, ast.Constant) and isinstance(noeud.value, str) and id(noeud) not in documentation:
            yield from (noeud.lineno for un, autre in ECRITE.findall(noeud.value) if int(un or autre) in PROCHES)


@pytest.mark.parametrize(
    ("ecrit", "lignes"),
    [
        ("jour = date(2026, 12, 1)", [1]),
        ("jour = datetime.datetime(2027, 1, 1, tzinfo=UTC)", [1]),
        ("jour = '2026-12-01T08:00'", [1]),
        ("jour = f'2026-12-{n:02d}'", [1]),
        ("jour = 'au 01/12/2026'", [1]),
        ("jour = date(2025, 12, 1)", []),
        ("jour = date(2999, 1, 1)", []),
        ("siren = '552032026-12'", []),
        ("def f():\n    '''Since 2026-12-01.'''", []),
    ],
)
def test_a_near_date_is_seen(ecrit: str, lignes: list[int]) -> None:
    assert [*dates_proches(ast.parse(ecrit))] == lignes


def test_what_runs_by_the_clock_of_the_machine_writes_no_near_date() -> None:
    reels = {fichier for fichier in horloge.TESTS.rglob("test_*.py") if horloge.reelle(fichier)}
    lus = set().union(*map(horloge.importes, reels)) - {Path(horloge.__file__)}
    trouvees = {
        f"{fichier.relative_to(horloge.TESTS)}:{ligne}"
        for fichier in lus
        for ligne in dates_proches(ast.parse(fichier.read_text(encoding="utf-8")))
    }
    assert trouvees == set()


def test_a_file_that_serves_the_product_runs_by_the_clock_of_the_machine() -> None:
    """Also when only its conftest.py, or a module that it imports, starts the product; the others do not."""
    for reel in ("config/test_serve.py", "e2e/test_synthese.py", "config/test_replique_servie.py"):
        assert horloge.reelle(horloge.TESTS / reel), reel
    assert not horloge.reelle(horloge.TESTS / "droits" / "habilitations" / "test_politique.py")
