"""The three answers of the MSA in words."""

from collections.abc import Sequence
from datetime import date

from fce.sources.presentation import FaitAlarmant, Ligne

STATUTS = {
    "up_to_date": "À jour",
    "outdated": "Pas à jour",
    "under_investigation": "En cours d'analyse par la caisse",
}


def en_clair(lignes: Sequence[Ligne], aujourd_hui: date) -> Sequence[Ligne]:
    """Rows with their status in words; one that is not known stays as written, never read as "up to date"."""
    return [{**x, "statut": STATUTS.get(x["statut"], x["statut"])} for x in lignes]


def en_retard(lignes: Sequence[Ligne], aujourd_hui: date) -> list[FaitAlarmant]:
    """Establishments whose contributions are not up to date."""
    return [
        FaitAlarmant("Cotisations agricoles en retard", x["date_situation"], siret=x["siret"])
        for x in lignes
        if x["statut"] == STATUTS["outdated"]
    ]
