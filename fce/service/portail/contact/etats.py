"""States, actions and subjects of a message to the team. Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from django.db.models import TextChoices

from fce.socle.base.transitions import Geste, Machine


class SujetAssistance(TextChoices):
    QUESTION = "question", "une question sur le service"
    PANNE = "panne", "quelque chose ne fonctionne pas"
    ACCES = "acces", "mon compte ou mes accès"
    REJOINDRE = "rejoindre", "raccorder mon institution"
    PERSONNELLES = "personnelles", "mes données personnelles"
    ACCESSIBILITE = "accessibilite", "un obstacle d’accessibilité"
    AUTRE = "autre", "autre chose"


class EtatAssistance(TextChoices):
    """States, in the words shown to the author."""

    RECUE = "recue", "reçu"
    PRISE = "prise", "pris en charge"
    REPONDUE = "repondue", "répondu"
    CLASSEE = "classee", "classé sans réponse"


class GesteAssistance(StrEnum):
    PRENDRE = "prendre"
    REPONDRE = "repondre"
    CLASSER = "classer"


_E, _G = EtatAssistance, GesteAssistance
_OUVERTES: Final = frozenset({_E.RECUE, _E.PRISE})
ASSISTANCE: Final = Machine(
    EtatAssistance,
    {
        _G.PRENDRE: Geste(frozenset({_E.RECUE}), _E.PRISE),
        _G.REPONDRE: Geste(_OUVERTES, _E.REPONDUE),
        _G.CLASSER: Geste(_OUVERTES, _E.CLASSEE),
    },
)
