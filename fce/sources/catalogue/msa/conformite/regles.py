"""Labels of the MSA's three answers."""

from collections.abc import Sequence
from datetime import date

from fce.sources.presentation import FaitAlarmant, Ligne

STATUTS = {
    "up_to_date": "À jour",
    "outdated": "Pas à jour",
    "under_investigation": "En cours d'analyse par la caisse",
}


def en_clair(lignes: Sequence[Ligne], aujourd_hui: date) -> Sequence[Ligne]:
    """Replace the status by its label; an unknown status is unchanged, never read as "up to date"."""
    return [{**x, "statut": STATUTS.get(x["statut"], x["statut"])} for x in lignes]


def en_retard(lignes: Sequence[Ligne], aujourd_hui: date) -> list[FaitAlarmant]:
    return [
        FaitAlarmant("Cotisations agricoles en retard", x["date_situation"], siret=x["siret"])
        for x in lignes
        if x["statut"] == STATUTS["outdated"]
    ]
