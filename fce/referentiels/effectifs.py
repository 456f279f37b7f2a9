"""Tranches d'effectifs salariés (Insee): ``NN`` not an employer, ``00`` none at year end, ``01`` … ``53`` by size."""

from functools import lru_cache

from fce.referentiels.libelle import Libelle
from fce.referentiels.tables import lire


@lru_cache(maxsize=1)
def _libelles() -> dict[str, str]:
    return dict(lire("effectifs.csv"))


@lru_cache(maxsize=1)
def _rangs() -> dict[str, int]:
    """Start at -1, because ``NN`` comes first in the file."""
    return {code: rang for rang, code in enumerate(_libelles(), start=-1)}


def libelle(code: str | None) -> str | None:
    """Label of a band (``11`` → « 10 à 19 salariés »), or None."""
    return _libelles().get(code.strip()) if code else None


def liste() -> list[Libelle]:
    """The 16 bands, smallest first."""
    return [Libelle(code, nom) for code, nom in _libelles().items()]


def rang(code: str | None) -> int:
    """Rank by size: 0 for ``00``, 14 for ``53``, -1 for ``NN``, missing or unknown."""
    return _rangs().get(code.strip(), -1) if code else -1
