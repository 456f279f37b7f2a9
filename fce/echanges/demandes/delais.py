"""Time that a service has, in working days of its département, and its reminders. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from fce.droits.habilitations.acteurs import FRANCE
from fce.socle.texte import jours_ouvres

POUR_PRENDRE: Final = 3
POUR_REPONDRE: Final = 15
POUR_PRECISER: Final = 3
"""For the asker to answer a message that asks back."""
ENTRE_RAPPELS: Final = 6
RAPPELS_MAX: Final = 3
"""Maximum reminders to take a question, then as many to answer it."""
CLOTURE: Final = timedelta(days=30)
"""How long after its answer a question is closed automatically."""
ABANDON: Final = timedelta(days=180)
"""How long after its deadline a question without an answer is closed automatically."""
PSEUDONYMES: Final = timedelta(days=180)
"""How long after its closing a question's author is erased."""
PSEUDONYME: Final = "agent"
"""Replaces the author."""


def departement_de(departements: Sequence[str]) -> str:
    """Département whose public holidays apply to a service: its only one, else "" (national holidays)."""
    seul = departements[0] if len(departements) == 1 else FRANCE
    return "" if seul == FRANCE else seul


def limite_pour_prendre(jour: date, departement: str) -> date:
    """Last day to take a question sent on ``jour``."""
    return jours_ouvres.ajouter(jour, POUR_PRENDRE, departement)


def limite_pour_repondre(jour: date, departement: str, echeance: date | None) -> date:
    """Last day to answer a question taken on ``jour``: the asker's ``echeance`` if sooner, but at least three working
    days."""
    usuelle = jours_ouvres.ajouter(jour, POUR_REPONDRE, departement)
    return max(jours_ouvres.ajouter(jour, POUR_PRENDRE, departement), min(usuelle, echeance or usuelle))


def limite_pour_preciser(jour: date, departement: str, absent_jusqu_au: date | None) -> date:
    """Last day for the asker to answer a message written on ``jour``; his absence does not count."""
    return jours_ouvres.ajouter(max(jour, absent_jusqu_au or jour), POUR_PRECISER, departement)


def cloture(jour: date, absent_jusqu_au: date | None) -> date:
    """Day after which a thread answered on ``jour`` closes by itself; the asker's absence does not count."""
    return max(jour, absent_jusqu_au or jour) + CLOTURE


def rappel_suivant(jour: date, departement: str, envoyes: int) -> date | None:
    """Day of the next reminder after ``envoyes`` were sent, the last one on ``jour``; None when there are no more."""
    return jours_ouvres.ajouter(jour, ENTRE_RAPPELS, departement) if envoyes < RAPPELS_MAX else None
