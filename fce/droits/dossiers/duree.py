"""Twelve months, counted in days of Paris: how long a habilitation, and a review of it, may hold. Pure."""

from datetime import date, timedelta


def dernier_jour(premier: date) -> date:
    """The last of the twelve months that begin with ``premier``: the eve of the same day a year later."""
    try:
        return premier.replace(year=premier.year + 1) - timedelta(days=1)
    except ValueError:  # 29 February
        return premier.replace(year=premier.year + 1, day=28)
