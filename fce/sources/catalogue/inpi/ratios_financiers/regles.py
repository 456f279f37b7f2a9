"""Accounts to show, and turnover of the summary."""

from collections.abc import Sequence
from datetime import date

from fce.socle.formats import nombre
from fce.sources.presentation import Ligne

ANNEES = 5
COMPLETS = "C"


def cinq_ans(lignes: Sequence[Ligne], aujourd_hui: date) -> Sequence[Ligne]:
    """The five latest closing dates, newest first; complete accounts are preferred for a same date."""
    retenues: dict[date, Ligne] = {}
    for ligne in lignes:
        jour = ligne["date_cloture"]
        if jour is not None and (jour not in retenues or ligne["type_bilan"] == COMPLETS):
            retenues[jour] = ligne
    return [retenues[jour] for jour in sorted(retenues, reverse=True)[:ANNEES]]


def chiffre_affaires(lignes: Sequence[Ligne], aujourd_hui: date) -> str | None:
    connues = [x for x in lignes if x["chiffre_affaires"] is not None and x["date_cloture"]]
    if not connues:
        return None
    derniere = max(connues, key=lambda x: x["date_cloture"])
    return f"{nombre(derniere['chiffre_affaires'])} € au {derniere['date_cloture']:%d/%m/%Y}"
