"""Numbers of the demonstration universe: valid for every check, and never those of a real company.

SIREN are taken below 000 100 000. The lowest number of INSEE's stock file is 000 325 175 and numbers are not given out
of order, so nothing real can ever bear one of these; the leading zeros also show at once any step that would read an
identifier as a number. (The series in 99…, which look reserved, are not: INSEE has been giving them since 2025.)

RNA numbers are ``W999`` + six digits: 999 is the number of no prefecture's registry.
"""

from stdnum import luhn

PREMIER_PERSONNAGE = 100
PREMIER_ORDINAIRE = 1_000
DERNIER = 9_999
"""Bounds of the eight first digits of a SIREN: hand-made companies first, then the others."""


def siren(racine: int) -> str:
    """Return the SIREN whose eight first digits are ``racine`` (``PREMIER_PERSONNAGE`` to ``DERNIER``)."""
    if not PREMIER_PERSONNAGE <= racine <= DERNIER:
        raise ValueError(f"SIREN root {racine} is outside the reserved range")
    return _avec_cle(f"{racine:08d}")


def nic(siren: str, rang: int) -> str:
    """Return the NIC (five digits) of the ``rang``-th establishment of a company, from 1."""
    return _avec_cle(f"{siren}{rang:04d}")[9:]


def rna(rang: int) -> str:
    """Return the ``rang``-th invented RNA number."""
    return f"W999{rang:06d}"


def _avec_cle(chiffres: str) -> str:
    return chiffres + luhn.calc_check_digit(chiffres)
