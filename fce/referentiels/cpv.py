"""Vocabulaire commun pour les marchés publics (CPV): the 45 divisions (first two digits of a code)."""

from functools import lru_cache

from fce.referentiels.tables import lignes_de


@lru_cache(maxsize=1)
def _divisions() -> dict[str, str]:
    return dict(lignes_de("cpv.csv"))


def division(code: str | None) -> str | None:
    """Label of the division (``45210000`` → « Travaux de construction »), None for an invalid code."""
    compact = (code or "").strip()
    chiffres = compact.split("-")[0]
    return _divisions().get(chiffres[:2]) if len(chiffres) == 8 and chiffres.isascii() and chiffres.isdigit() else None
