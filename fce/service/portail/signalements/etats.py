"""States and actions of an error report. Pure."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Final

from django.db.models import TextChoices

from fce.socle.base.transitions import Geste, Machine


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
_OUVERTS: Final = frozenset({_E.RECU, _E.PRIS_EN_CHARGE})
SIGNALEMENTS: Final = Machine(
    EtatSignalement,
    {
        _G.PRENDRE: Geste(frozenset({_E.RECU}), _E.PRIS_EN_CHARGE),
        _G.CORRIGER: Geste(
            _OUVERTS, _E.CORRIGE, libelle="Corrigé : la donnée est rectifiée, ou le sera au prochain dépôt"
        ),
        _G.CLASSER: Geste(_OUVERTS, _E.SANS_SUITE, libelle="Sans suite : dites pourquoi"),
        _G.REORIENTER: Geste(_OUVERTS, _E.REORIENTE, libelle="À qui s’adresser : dites à quel service, et comment"),
    },
)
ISSUES: Final = {nom: geste.libelle for nom, geste in SIGNALEMENTS.gestes.items() if geste.vers in SIGNALEMENTS.clos}
"""Actions that close a report, with their labels; each requires an answer."""
DELAI_SIGNALEMENT: Final = timedelta(days=15)
"""Time before a report is shown as late."""
