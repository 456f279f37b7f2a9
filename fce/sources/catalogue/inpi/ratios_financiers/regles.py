"""Accounts to show, turnover of the summary, and what the medians of a row are about."""

from collections.abc import Sequence
from datetime import date

from fce.referentiels import activites
from fce.socle.texte.formats import nombre, pluriel
from fce.sources.catalogue.inpi.comptes import PUBLIC, est_publique
from fce.sources.presentation import Ligne

ANNEES = 5
COMPLETS = "C"
TYPES = {"C": "complets", "S": "simplifiés"}


def cinq_ans(lignes: Sequence[Ligne], aujourd_hui: date) -> Sequence[Ligne]:
    """The five latest closing dates of public accounts, newest first; complete ones are preferred for a same date."""
    retenues: dict[date, Ligne] = {}
    for ligne in (x for x in lignes if est_publique(x.get("confidentialite") or PUBLIC)):
        jour = ligne["date_cloture"]
        if jour is not None and (jour not in retenues or ligne["type_bilan"] == COMPLETS):
            retenues[jour] = ligne
    return [retenues[jour] for jour in sorted(retenues, reverse=True)[:ANNEES]]


def confidentiels(lignes: Sequence[Ligne], aujourd_hui: date) -> str:
    """ "comptes déposés, confidentiels : 2023, 2024", of a company without public accounts."""
    annees = sorted({f"{ligne['date_cloture']:%Y}" for ligne in lignes})
    return f"comptes déposés, confidentiels : {', '.join(annees)}"


def chiffre_affaires(lignes: Sequence[Ligne], aujourd_hui: date) -> str | None:
    connues = [x for x in lignes if x["chiffre_affaires"] is not None and x["date_cloture"]]
    if not connues:
        return None
    derniere = max(connues, key=lambda x: x["date_cloture"])
    return f"{nombre(derniere['chiffre_affaires'])} € au {derniere['date_cloture']:%d/%m/%Y}"


def type_de_comptes(ligne: Ligne) -> str:
    return TYPES.get(ligne["type_bilan"] or "", ligne["type_bilan"] or "")


def secteur_compare(ligne: Ligne) -> str:
    """ "62.01Z, 12 comptes"; "" without medians."""
    code = ligne["secteur"]
    return f"{activites.lisible(code)}, {pluriel(ligne['secteur_comptes'], 'compte')}" if code else ""


def intitule_du_secteur(ligne: Ligne) -> str:
    """ "62.01Z – Programmation informatique"; "" without medians."""
    return activites.en_clair(ligne["secteur"] or "")
