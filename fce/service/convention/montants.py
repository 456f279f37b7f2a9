"""Amounts: integers of cents everywhere, converted to euros only for display and input."""

from __future__ import annotations

from decimal import Decimal

from fce.socle.texte.formats import INSECABLE, nombre


def en_euros(centimes: int) -> Decimal:
    """Return an exact amount in euros: ``12.30``."""
    return Decimal(centimes).scaleb(-2)


def centimes(euros: Decimal) -> int:
    """Return an amount in cents; the form has refused a third decimal."""
    return int(euros.scaleb(2))


def euros(centimes_: int) -> str:
    """Return ``60 000,00 €``: accounts are never rounded."""
    return f"{nombre(en_euros(centimes_), 2)}{INSECABLE}€".replace("-", "−")
