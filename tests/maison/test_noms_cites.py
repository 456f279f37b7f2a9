"""A module, a name or a file that a text quotes exists: mypy checks the imports, nothing else checks the rest."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Final

import pytest

from tests.maison.test_code import RACINE

DEPOT: Final = RACINE.parent
POINTE: Final = re.compile(r"(?<![\w./@:-])(?<!b\")((?:fce|tests)(?:\.[a-z_]\w*){2,})")
CHEMIN: Final = re.compile(r"(?<![\w./-])((?:fce|tests|docs|ops|bench|scripts)/[\w./-]*\.(?:py|md|sh|toml|yml))(?!\w)")
AUTRES: Final = re.compile(
    r"fce\.(?:exemple|avant\.has|contact\.suivi|nouvelles\.arret|echanges\.(?:reprise|suivis\.arret))\b"
    r"|fce\.sources\.catalogue\.office_emploi\b"
)
"""Invented hosts, the source that the tutorial writes, and the purposes of signatures: no module is meant."""


@cache
def textes() -> dict[str, str]:
    """Each text of the repository but the log of changes, which names what was there."""
    suivis = subprocess.run(["git", "ls-files", "-z"], cwd=DEPOT, capture_output=True, text=True, check=True).stdout
    gardes = (Path(nom) for nom in suivis.split("\0") if nom and nom != "CHANGELOG.md")
    return {
        str(nom): (DEPOT / nom).read_text("utf-8", errors="ignore")
        for nom in gardes
        if nom.suffix not in (".csv", ".gz", ".png") and (DEPOT / nom).is_file()
    }


def se_trouve(nom: str) -> bool:
    """Whether a dotted name is a module, or what a module holds."""
    parties = nom.split(".")
    for n in range(len(parties), 0, -1):
        try:
            objet = import_module(".".join(parties[:n]))
        except ModuleNotFoundError:
            continue
        return all((objet := getattr(objet, partie, None)) is not None for partie in parties[n:])
    return False


@pytest.mark.parametrize(
    ("motif", "trouve"),
    [
        pytest.param(POINTE, lambda nom: AUTRES.match(nom) or se_trouve(nom), id="module"),
        pytest.param(CHEMIN, lambda chemin: (DEPOT / chemin).exists(), id="fichier"),
    ],
)
def test_what_a_text_quotes_exists(motif: re.Pattern[str], trouve: Callable[[str], object]) -> None:
    assert [f"{f} : {dit}" for f, texte in textes().items() for dit in motif.findall(texte) if not trouve(dit)] == []
