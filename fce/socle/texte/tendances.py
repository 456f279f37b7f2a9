"""A change between two figures, in a sign and words: the one rule for cards, charts and tables."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from fce.socle.texte.formats import nombre

STABLE: Final = Decimal("0.5")
"""Per cent under which a change is called stable."""


def etendue(bas: float, haut: float) -> float:
    """Span of an axis that does not begin at 0, wide enough for a change called stable to take a tenth of it."""
    return max(haut - bas, abs(haut) * float(STABLE) / 10) or 1.0


def evolution(avant: Any, apres: Any) -> str:
    """ "↘ −10,6 %", or "→ stable" under ``STABLE``; "" without an earlier figure."""
    if not avant or apres is None:
        return ""
    part = 100 * (Decimal(apres) - Decimal(avant)) / abs(Decimal(avant))
    if abs(part) < STABLE:
        return "→ stable"
    return f"{'↗ +' if part > 0 else '↘ −'}{nombre(abs(part), 1).removesuffix(',0')} %"
