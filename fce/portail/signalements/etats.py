"""States and actions of an error report. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Final

from django.db.models import TextChoices


class EtatSignalement(TextChoices):
    """States, in the words shown to the author."""

    RECU = "recu", "reçu"
    PRIS_EN_CHARGE = "pris_en_charge", "pris en charge"
    CORRIGE = "corrige", "corrigé"
    SANS_SUITE = "sans_suite", "sans suite"
    REORIENTE = "reoriente", "à qui s’adresser"


class GesteSignalement(StrEnum):
    PRENDRE = "prendre"
    CORRIGER = "corriger"
    CLASSER = "classer"
    REORIENTER = "reorienter"


_E, _G = EtatSignalement, GesteSignalement
OUVERTS_SIGNALEMENT: Final = frozenset({_E.RECU, _E.PRIS_EN_CHARGE})
PARCOURS_SIGNALEMENT: Final[Mapping[GesteSignalement, tuple[frozenset[EtatSignalement], EtatSignalement]]] = {
    _G.PRENDRE: (frozenset({_E.RECU}), _E.PRIS_EN_CHARGE),
    _G.CORRIGER: (OUVERTS_SIGNALEMENT, _E.CORRIGE),
    _G.CLASSER: (OUVERTS_SIGNALEMENT, _E.SANS_SUITE),
    _G.REORIENTER: (OUVERTS_SIGNALEMENT, _E.REORIENTE),
}
ISSUES: Final[Mapping[GesteSignalement, str]] = {
    _G.CORRIGER: "Corrigé : la donnée est rectifiée, ou le sera au prochain dépôt",
    _G.CLASSER: "Sans suite : dites pourquoi",
    _G.REORIENTER: "À qui s’adresser : dites à quel service, et comment",
}
"""Actions that close a report, with their labels; each requires an answer."""
DELAI_SIGNALEMENT: Final = timedelta(days=15)
"""Time before a report is shown as late."""
