"""What a code of collective agreement (IDCC) says, and where to read the agreement."""

import csv
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path

from fce.sources.presentation import Ligne

# 9999: the employer applies no agreement; 9998: one is not yet chosen. Neither is an agreement.
SANS_CONVENTION = frozenset({"9998", "9999"})


def conventions(lignes: Sequence[Ligne], aujourd_hui: date) -> list[Ligne]:
    """The rows that name an agreement."""
    return [ligne for ligne in lignes if ligne["idcc"] not in SANS_CONVENTION]


def libelle(code: str) -> str | None:
    """Title of the agreement of that code, None when unknown or when the code names none."""
    return None if code in SANS_CONVENTION else _titres().get(code)


def legifrance(ligne: Ligne) -> str | None:
    """Address of the agreement on Légifrance, by its IDCC; none for 9998, 9999 and what is no IDCC."""
    code = ligne["idcc"] or ""
    if code in SANS_CONVENTION or not (len(code) == 4 and code.isascii() and code.isdigit()):
        return None
    return f"https://www.legifrance.gouv.fr/liste/idcc?idcc_suggest={code}"


@cache
def _titres() -> dict[str, str]:
    with Path(__file__).with_name("conventions.csv").open(encoding="utf-8", newline="") as flux:
        return {ligne["idcc"]: ligne["titre"] for ligne in csv.DictReader(flux, delimiter=";")}
