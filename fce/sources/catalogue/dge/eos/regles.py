"""Visits that took place: EOS writes 31 December for "some day of that year", and plans for the future."""

from collections.abc import Sequence
from datetime import date

from fce.sources.presentation import Ligne


def visites_reelles(lignes: Sequence[Ligne], aujourd_hui: date) -> list[Ligne]:
    """Rows dated neither on a 31 December nor after today, names of visitors on one line. Any kind of follow-up counts:
    a visit that has one is as real as a visit that has none."""
    return [
        {**ligne, "visiteurs": " ".join(ligne["visiteurs"].split()) if ligne["visiteurs"] else None}
        for ligne in lignes
        if ligne["date"] and ligne["date"] <= aujourd_hui and (ligne["date"].month, ligne["date"].day) != (12, 31)
    ]
