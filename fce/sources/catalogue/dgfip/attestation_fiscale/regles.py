"""Alert when the latest attestation says that the company is not up to date."""

from collections.abc import Sequence
from datetime import date

from fce.sources.presentation import FaitAlarmant, Ligne


def irregularite(lignes: Sequence[Ligne], aujourd_hui: date) -> list[FaitAlarmant]:
    derniere = max(lignes, key=lambda x: x["date_periode_analysee"] or date.min, default=None)
    if derniere is None or derniere["a_jour"] is not False:
        return []
    return [FaitAlarmant("Pas à jour de ses obligations fiscales", derniere["date_periode_analysee"])]
