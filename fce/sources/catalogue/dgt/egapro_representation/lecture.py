"""Answer of Egapro on balanced representation: companies with yearly figures."""

import json
from collections.abc import Iterator
from pathlib import Path

from fce.sources.declaration import LigneBrute
from fce.sources.lecture.refus import refus

CHIFFRES = (
    "pourcentage_femmes_cadres",
    "pourcentage_hommes_cadres",
    "pourcentage_femmes_membres",
    "pourcentage_hommes_membres",
    "motif_non_calculabilité_cadres",
    "motif_non_calculabilité_membres",
)


def representations(chemin: Path) -> Iterator[LigneBrute]:
    """One row per company and year; the line number is the rank from 1. Raises ImportRefuse."""
    try:
        liste = json.loads(chemin.read_text(encoding="utf-8-sig"))["data"]
    except (ValueError, KeyError, TypeError) as erreur:
        raise refus(chemin, "json", "ce n'est pas un json dont « data » est la liste des entreprises.") from erreur
    rang = 0
    for element in liste:
        entreprise = element["entreprise"]
        for annee, chiffres in sorted(element["représentation_équilibrée"].items()):
            rang += 1
            textes = {nom: None if chiffres[nom] is None else str(chiffres[nom]) for nom in CHIFFRES if nom in chiffres}
            identite = {nom: entreprise[nom] for nom in ("siren", "raison_sociale") if nom in entreprise}
            yield rang, {**identite, "année": annee, **textes}
