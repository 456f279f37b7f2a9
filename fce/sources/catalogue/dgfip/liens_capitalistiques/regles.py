"""Capital links to show: those of the latest declaration, who owns the company first."""

from collections.abc import Sequence
from datetime import date

from fce.sources.presentation import Ligne


def derniere_annee(lignes: Sequence[Ligne], aujourd_hui: date) -> Sequence[Ligne]:
    """Links of the latest year of each declaring company: a shareholder of earlier years may no longer be one."""
    derniere: dict[str, int] = {}
    for ligne in lignes:
        derniere[ligne["siren"]] = max(derniere.get(ligne["siren"], 0), ligne["annee"] or 0)
    restent = [x for x in lignes if x["annee"] == derniere[x["siren"]]]
    return sorted(restent, key=lambda x: (x.get("sens") != "actionnaire", -(x.get("pourcentage") or 0)))
