"""Tax standing told by the latest attestation: a line of a card, and an alert when not up to date."""

from collections.abc import Sequence
from datetime import date

from fce.socle.texte.formats import jour
from fce.sources.presentation import FaitAlarmant, Ligne
from fce.sources.synthese import LigneDeCarte


def irregularite(lignes: Sequence[Ligne], aujourd_hui: date) -> list[FaitAlarmant]:
    derniere = _derniere(lignes)
    if derniere is None or derniere["a_jour"] is not False:
        return []
    return [FaitAlarmant("Pas à jour de ses obligations fiscales", derniere["date_periode_analysee"])]


def regularite(lignes: Sequence[Ligne], autres: Sequence[Ligne], aujourd_hui: date) -> LigneDeCarte | None:
    derniere = _derniere(lignes)
    if derniere is None or derniere["a_jour"] is None:
        return None
    au = derniere["date_periode_analysee"]
    return LigneDeCarte(
        "Régularité fiscale", f"{'À jour' if derniere['a_jour'] else 'Pas à jour'}{f' au {jour(au)}' if au else ''}"
    )


def _derniere(lignes: Sequence[Ligne]) -> Ligne | None:
    return max(lignes, key=lambda x: x["date_periode_analysee"] or date.min, default=None)
