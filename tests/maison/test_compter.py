"""The count of the code: what is a line of code, a word of a docstring or of a comment."""

from scripts.compter import compter, partie

SOURCE = '''"""A module
in five words."""

import os  # why it is there


def lire(
    nom: str,
) -> str:
    """Three words here."""
    # a comment of its own
    return """a text
on two lines"""  # noqa: S608


UN = {1:  2}  # fmt: skip
'''


def test_lines_of_code_leave_out_blanks_comments_and_docstrings() -> None:
    compte = compter(SOURCE)
    assert compte["lignes"] == len(["import", "def", "nom", "->", "return", "on two lines", "UN"])
    assert (compte["docstrings"], compte["leurs mots"]) == (2, 8)
    assert (compte["commentaires"], compte["mots de ceux-ci"], compte["fmt: skip"]) == (2, 9, 1)


def test_the_demonstration_and_the_migrations_are_no_part_of_the_product() -> None:
    parties = [partie(f"fce/{reste}") for reste in ("fiche/views.py", "demo/noms.py", "droits/migrations/0001.py")]
    assert parties == ["fce", "démonstration", "migrations"]
