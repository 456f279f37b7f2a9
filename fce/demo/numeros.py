"""Identifiers that pass every check and belong to no real company.

SIREN below 000 100 000: INSEE's lowest is 000 325 175 and numbers are never assigned backwards. The leading zeros also
reveal any step that reads an identifier as a number. (The 99… series is no alternative: INSEE has assigned it since
2025.)

RNA numbers are ``W999`` and six digits: no prefecture has the number 999.
"""

from stdnum import luhn

PREMIER_PERSONNAGE = 100
PREMIER_ORDINAIRE = 1_000
DERNIER = 9_999
"""Bounds of the first eight digits of a SIREN: hand-made companies, then the others."""


def siren(racine: int) -> str:
    """Return the SIREN whose first eight digits are ``racine``. Raises ``ValueError`` outside ``PREMIER_PERSONNAGE`` to
    ``DERNIER``."""
    if not PREMIER_PERSONNAGE <= racine <= DERNIER:
        raise ValueError(f"SIREN root {racine} is outside the reserved range")
    return _avec_cle(f"{racine:08d}")


def nic(siren: str, rang: int) -> str:
    """Return the NIC (five digits) of a company's ``rang``-th establishment, from 1."""
    return _avec_cle(f"{siren}{rang:04d}")[9:]


def rna(rang: int) -> str:
    return f"W999{rang:06d}"


def _avec_cle(chiffres: str) -> str:
    return chiffres + luhn.calc_check_digit(chiffres)
