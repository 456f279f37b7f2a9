"""Alert when the Urssaf refused its attestation."""

from collections.abc import Sequence
from datetime import date

from fce.sources.presentation import FaitAlarmant, Ligne


def refusee(lignes: Sequence[Ligne], aujourd_hui: date) -> list[FaitAlarmant]:
    derniere = max(lignes, key=lambda x: x["date_debut_validite"] or date.min, default=None)
    if derniere is None or derniere["statut"] != "refus_de_delivrance":
        return []
    return [FaitAlarmant("Attestation de vigilance refusée par l’Urssaf", derniere["date_debut_validite"])]
