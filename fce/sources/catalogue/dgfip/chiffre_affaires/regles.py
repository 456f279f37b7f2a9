"""Turnover for the summary."""

from collections.abc import Sequence
from datetime import date

from fce.socle.texte.formats import nombre
from fce.sources.presentation import Ligne


def chiffre_affaires(lignes: Sequence[Ligne], aujourd_hui: date) -> str | None:
    connues = [x for x in lignes if x["chiffre_affaires"] is not None and x["date_fin_exercice"]]
    if not connues:
        return None
    derniere = max(connues, key=lambda x: x["date_fin_exercice"])
    return f"{nombre(derniere['chiffre_affaires'])} € au {derniere['date_fin_exercice']:%d/%m/%Y}"
