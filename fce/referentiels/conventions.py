"""Titles of the conventions collectives by number (IDCC, four digits)."""

from functools import lru_cache

from fce.referentiels.tables import lignes_de

# 9999: the employer applies no agreement; 9998: not chosen yet.
SANS_CONVENTION = frozenset({"9998", "9999"})


@lru_cache(maxsize=1)
def titres() -> dict[str, str]:
    """{number: title} of the agreements known."""
    return dict(lignes_de("conventions.csv"))


def libelle(code: str) -> str | None:
    """Title of the agreement; None when unknown, or for 9998 and 9999."""
    return None if code in SANS_CONVENTION else titres().get(code)
