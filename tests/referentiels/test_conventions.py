"""Collective agreements and the vocabulary of public contracts: known codes have a label, anything else has none."""

import pytest

from fce.referentiels import conventions, cpv
from fce.referentiels.tables import lignes_de


def test_a_known_idcc_has_its_title() -> None:
    assert "bureaux d'études" in (conventions.libelle("1486") or "").lower()


@pytest.mark.parametrize("code", ["9998", "9999", "0000", "", "1486 ", "<a>"])
def test_what_names_no_agreement_has_no_label(code: str) -> None:
    assert conventions.libelle(code) is None


def test_every_idcc_is_four_digits_and_named_once() -> None:
    codes = [code for code, titre in lignes_de("conventions.csv") if titre.strip()]
    assert len(codes) == len(set(codes)) > 700
    assert all(len(code) == 4 and code.isdigit() for code in codes)


@pytest.mark.parametrize(
    ("code", "attendu"),
    [
        ("45210000", "Travaux de construction"),
        ("45210000-2", "Travaux de construction"),
        ("72", None),
        ("00000000", None),
        ("4521000x", None),
        (None, None),
    ],
)
def test_the_division_of_a_cpv_code(code: str | None, attendu: str | None) -> None:
    assert cpv.division(code) == attendu
