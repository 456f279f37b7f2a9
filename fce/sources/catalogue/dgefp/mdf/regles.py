"""Labels of the kinds of control."""

from collections.abc import Sequence
from datetime import date

from fce.sources.presentation import Ligne

TYPES = {
    "Apprentissage (hors CSA)": "Apprentissage (hors taxe)",
    "CSA": "Taxe d'apprentissage",
    "FPC": "Formation professionnelle continue",
    "FSE": "Fonds social européen",
    "Refus d'enregistrement": "Refus d'enregistrement",
}


def libeller(lignes: Sequence[Ligne], aujourd_hui: date) -> list[Ligne]:
    return [{**ligne, "type": TYPES.get(ligne["type"] or "", ligne["type"])} for ligne in lignes]
