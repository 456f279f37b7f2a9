"""Where a report stands, and what may be done with it: one table. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Final

from django.db.models import TextChoices


class EtatSignalement(TextChoices):
    """Where a reported error stands, in the words that its author reads."""

    RECU = "recu", "reçu"
    PRIS_EN_CHARGE = "pris_en_charge", "pris en charge"
    CORRIGE = "corrige", "corrigé"
    SANS_SUITE = "sans_suite", "sans suite"
    REORIENTE = "reoriente", "à qui s’adresser"


class GesteSignalement(StrEnum):
    """What whoever handles a reported error may do with it."""

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
"""The gestures that close a report, as they are offered: each comes with an answer."""
DELAI_SIGNALEMENT: Final = timedelta(days=15)
"""How long an author may wait before his report is shown as late."""
