"""Live answer of the Banque de France: balance sheets with computed values and their evolution."""

from calendar import monthrange
from typing import Any

from fce.sources.direct import Elements, elements


def bilans(donnees: Any) -> Elements:
    return [
        {
            **bilan,
            **{nom: valeur["valeur"] for nom, valeur in bilan["valeurs_calculees"][0].items() if valeur},
            "date_arrete_exercice": _fin_de_mois(bilan["date_arrete_exercice"]),
        }
        for bilan in elements(donnees)
    ]


def _fin_de_mois(mois: str) -> str:
    annee, numero = int(mois[:4]), int(mois[4:6])
    return f"{annee:04d}-{numero:02d}-{monthrange(annee, numero)[1]:02d}"
