"""How long a service has, in working days of its own département, and when it is reminded. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from fce.droits.acteurs import FRANCE
from fce.socle import jours_ouvres

POUR_PRENDRE: Final = 3
POUR_REPONDRE: Final = 15
ENTRE_RAPPELS: Final = 6
RAPPELS_MAX: Final = 3
"""For taking it, then as many for answering it."""
CLOTURE: Final = timedelta(days=30)
"""How long after its answer a question closes by itself."""
ABANDON: Final = timedelta(days=180)
"""How long after its limit a question that nobody answers closes by itself."""
PSEUDONYMES: Final = timedelta(days=180)
"""How long after it is closed a question forgets who wrote it."""
PSEUDONYME: Final = "agent"
"""What then takes the place of whoever wrote."""


def departement_de(departements: Sequence[str]) -> str:
    """The département whose holidays a service has: its own when it has only one, "" (the whole country) otherwise."""
    seul = departements[0] if len(departements) == 1 else FRANCE
    return "" if seul == FRANCE else seul


def limite_pour_prendre(jour: date, departement: str) -> date:
    """The last day to take a question sent on ``jour``."""
    return jours_ouvres.ajouter(jour, POUR_PRENDRE, departement)


def limite_pour_repondre(jour: date, departement: str, echeance: date | None) -> date:
    """The last day to answer a question taken on ``jour``: that of the asker when it is sooner (``echeance``), but
    never in fewer than three working days."""
    usuelle = jours_ouvres.ajouter(jour, POUR_REPONDRE, departement)
    return max(jours_ouvres.ajouter(jour, POUR_PRENDRE, departement), min(usuelle, echeance or usuelle))


def rappel_suivant(jour: date, departement: str, envoyes: int) -> date | None:
    """The day of the next reminder, ``envoyes`` having left, the last one on ``jour``; None when it was the last."""
    return jours_ouvres.ajouter(jour, ENTRE_RAPPELS, departement) if envoyes < RAPPELS_MAX else None
