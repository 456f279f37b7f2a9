"""Small readers share how a number is shared out, and how pages of JSON are read."""

import math
from pathlib import Path
from typing import Any

import pytest

from fce.demo import personnages
from fce.socle.erreurs import ImportRefuse
from fce.sources.catalogue.outils import partager
from fce.sources.catalogue.pages_json import pages

SIREN = personnages.GROUPE.siren


@pytest.mark.parametrize(
    ("ecrit", "attendu"),
    [
        (SIREN, (SIREN, None)),
        (f"{SIREN}00010", (SIREN, f"{SIREN}00010")),
        (f"{SIREN[:3]} {SIREN[3:6]}\u00a0{SIREN[6:]}", (SIREN, None)),
        (f"FR29{SIREN}", (SIREN, None)),
        ("12345678", (None, None)),
        ("", (None, None)),
        (None, (None, None)),
        ("DE123456789", (None, None)),
    ],
)
def test_a_number_is_a_siren_a_siret_or_nothing(ecrit: str | None, attendu: tuple[str | None, str | None]) -> None:
    assert partager(ecrit) == attendu


@pytest.mark.parametrize(
    ("ecrit", "attendues"),
    [
        ('{"a": 1}', [{"a": 1}]),
        ('\ufeff{"a":\n"é"}\n\n[2]\n', [{"a": "é"}, [2]]),
        ('{"a": 1}{"a": 2}', [{"a": 1}, {"a": 2}]),
        ('{"a": 1e999}', [{"a": math.inf}]),
        ("[Infinity]\n[1]", [[math.inf], [1]]),
        ('["\\ud800."]', [["\ud800."]]),
        (" \n", []),
    ],
)
def test_pages_are_read_as_the_library_of_python_reads_them(ecrit: str, attendues: list[Any], tmp_path: Path) -> None:
    chemin = tmp_path / "pages.json"
    chemin.write_text(ecrit, encoding="utf-8")
    assert [*pages(chemin)] == attendues


@pytest.mark.parametrize("contenu", [b'{"a": 1}\n{"a": ', b'{"a": "\xe9"}', b"[1] x"])
def test_pages_that_are_no_json_are_refused(contenu: bytes, tmp_path: Path) -> None:
    chemin = tmp_path / "pages.json"
    chemin.write_bytes(contenu)
    with pytest.raises(ImportRefuse, match=r"pages\.json"):
        [*pages(chemin)]
