"""Conventions collectives: what a number of collective agreement (IDCC, four digits) says."""

from functools import lru_cache

from fce.referentiels.tables import lire

# 9999: the employer applies no agreement; 9998: one is not yet chosen. Neither is an agreement.
SANS_CONVENTION = frozenset({"9998", "9999"})


@lru_cache(maxsize=1)
def _titres() -> dict[str, str]:
    return dict(lire("conventions.csv"))


def libelle(code: str) -> str | None:
    """Title of the agreement of that number, None when unknown or when the number names none."""
    return None if code in SANS_CONVENTION else _titres().get(code)
