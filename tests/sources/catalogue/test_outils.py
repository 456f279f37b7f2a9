"""Small readers share how a csv is opened and how a number is shared out."""

import gzip
from pathlib import Path

import pytest

from fce.demo import personnages
from fce.socle.erreurs import ImportRefuse
from fce.sources.catalogue.outils import lignes_csv, partager

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


def test_a_row_of_another_width_is_given_empty_never_shifted(tmp_path: Path) -> None:
    chemin = tmp_path / "a.csv"
    chemin.write_bytes(b"\xef\xbb\xbfa;b\n1;2\n1;2;3\n\n4;5\n")
    assert list(lignes_csv(chemin, ("a", "b"))) == [(2, {"a": "1", "b": "2"}), (3, {}), (5, {"a": "4", "b": "5"})]


def test_a_gzipped_csv_reads_the_same(tmp_path: Path) -> None:
    (chemin := tmp_path / "a.csv.gz").write_bytes(gzip.compress("a;b\né;2\n".encode()))
    assert list(lignes_csv(chemin, ("a",))) == [(2, {"a": "é", "b": "2"})]


@pytest.mark.parametrize("contenu", [b"a;c\n1;2\n", b"a;b\n\xe9;2\n", b"<html></html>", b""])
def test_what_is_not_the_file_expected_is_refused(tmp_path: Path, contenu: bytes) -> None:
    (chemin := tmp_path / "a.csv").write_bytes(contenu)
    with pytest.raises(ImportRefuse):
        list(lignes_csv(chemin, ("a", "b")))
