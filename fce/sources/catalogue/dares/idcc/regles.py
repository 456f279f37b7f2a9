"""Which rows name a collective agreement (IDCC), and where to read it."""

from collections.abc import Sequence
from datetime import date

from fce.referentiels.conventions import SANS_CONVENTION
from fce.sources.presentation import Ligne


def conventions(lignes: Sequence[Ligne], aujourd_hui: date) -> list[Ligne]:
    """The rows that name an agreement."""
    return [ligne for ligne in lignes if ligne["idcc"] not in SANS_CONVENTION]


def legifrance(ligne: Ligne) -> str | None:
    """Address of the agreement on Légifrance, by its IDCC; none for 9998, 9999 and what is no IDCC."""
    code = ligne["idcc"] or ""
    if code in SANS_CONVENTION or not (len(code) == 4 and code.isascii() and code.isdigit()):
        return None
    return f"https://www.legifrance.gouv.fr/liste/idcc?idcc_suggest={code}"
