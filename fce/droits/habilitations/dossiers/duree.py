"""Twelve months, in days of Paris: maximum duration of a habilitation, and of its review. Pure."""

from datetime import date, timedelta


def dernier_jour(premier: date) -> date:
    """The last of the twelve months that begin on ``premier``: the day before the same date a year later."""
    try:
        return premier.replace(year=premier.year + 1) - timedelta(days=1)
    except ValueError:  # 29 February
        return premier.replace(year=premier.year + 1, day=28)
