"""Visits that took place: EOS also holds planned visits, and writes 31 December for an unknown day of the year."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from fce.sources.presentation import Ligne

JOUR_INCONNU: Final = (12, 31)


def visites_reelles(lignes: Sequence[Ligne], aujourd_hui: date) -> list[Ligne]:
    return [
        {**ligne, "visiteurs": " ".join(ligne["visiteurs"].split()) if ligne["visiteurs"] else None}
        for ligne in lignes
        if ligne["date"] and ligne["date"] <= aujourd_hui and (ligne["date"].month, ligne["date"].day) != JOUR_INCONNU
    ]
