"""Visits that took place: EOS also holds planned visits, and writes 31 December for an unknown day of the year."""

from collections.abc import Sequence
from datetime import date

from fce.sources.presentation import Ligne


def visites_reelles(lignes: Sequence[Ligne], aujourd_hui: date) -> list[Ligne]:
    return [
        {**ligne, "visiteurs": " ".join(ligne["visiteurs"].split()) if ligne["visiteurs"] else None}
        for ligne in lignes
        if ligne["date"] and ligne["date"] <= aujourd_hui and (ligne["date"].month, ligne["date"].day) != (12, 31)
    ]
