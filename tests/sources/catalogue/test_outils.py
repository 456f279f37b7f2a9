"""Small readers share how a number is shared out."""

import pytest

from fce.demo import personnages
from fce.sources.catalogue.outils import partager

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
