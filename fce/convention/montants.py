"""Amounts: integers of cents everywhere, euros only where someone reads or types them."""

from __future__ import annotations

from decimal import Decimal

from fce.socle.formats import INSECABLE, nombre


def en_euros(centimes: int) -> Decimal:
    """The exact amount in euros, two decimals: ``12.30``."""
    return Decimal(centimes).scaleb(-2)


def centimes(euros: Decimal) -> int:
    """The amount in cents of what was typed in euros, whose third decimal a form has refused."""
    return int(euros.scaleb(2))


def euros(centimes_: int) -> str:
    """Return ``60 000,00 €``, to the cent: the accounts of the agreement round nothing."""
    return f"{nombre(en_euros(centimes_), 2)}{INSECABLE}€".replace("-", "−")
