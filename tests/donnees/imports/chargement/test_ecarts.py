"""Two versions of a source are compared in one place: which tables, which unit, which rows."""

import re
from pathlib import Path

import pytest

FCE = Path(__file__).resolve().parents[4] / "fce"
LA = "donnees/imports/chargement/ecarts.py"


@pytest.mark.parametrize(
    ("motif", "ou"),
    [
        pytest.param(r"not in communes|parties_de\([^)]*\)\} & \{", [LA], id="tables-partagees"),
        pytest.param(r"\bAS sens\b", [LA], id="rangs-avant-et-apres"),
        pytest.param(
            r"\bcolonnes_inconvertibles\(",
            ["donnees/imports/chargement/bascule.py", "donnees/imports/chargement/generations.py"],
            id="colonnes-retypees",
        ),
        pytest.param(
            r"next\(.*isinstance\(.*\bSire[nt]\b|def \w*attribut_du_numero", ["sources/declaration.py"], id="numero"
        ),
    ],
)
def test_it_is_said_once(motif: str, ou: list[str]) -> None:
    fichiers = sorted(FCE.rglob("*.py"))
    assert [str(f.relative_to(FCE)) for f in fichiers if re.search(motif, f.read_text("utf-8"))] == ou
