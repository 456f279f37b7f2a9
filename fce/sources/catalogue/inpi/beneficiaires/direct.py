"""Live answer of the INPI: one element per beneficial owner."""

from collections.abc import Mapping
from typing import Any

from fce.sources.direct import Elements, elements


def beneficiaires(donnees: Any) -> Elements:
    """First names as one text, and the month of birth ("1989-01"), never the day."""
    return [
        {
            **personne,
            "prenoms": " ".join(personne["prenoms"] or []),
            "naissance": "-".join(filter(None, (_naissance(personne, "annee"), _naissance(personne, "mois")))),
        }
        for personne in elements(donnees)
    ]


def _naissance(personne: Mapping[str, Any], partie: str) -> str | None:
    return (personne["date_naissance"] or {}).get(partie)
