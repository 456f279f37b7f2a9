"""Declaration of joint operations: states, actions, who may do them, sentences, mails."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from django.db.models import TextChoices

from fce.echanges.genre import GenreEchange, Geste


class EtatOperation(TextChoices):
    PREPARATION = "preparation", "en préparation"
    CLOSE = "close", "close"
    ANNULEE = "annulee", "annulée"


class GesteOperation(StrEnum):
    MODIFIER = "modifier"
    OUVRIR = "ouvrir"
    FERMER = "fermer"
    INVITER = "inviter"
    SORTIR = "sortir"
    AJOUTER = "ajouter"
    RETIRER = "retirer"
    PREPARER = "preparer"
    NOTER = "noter"
    CONSTATER = "constater"
    CLORE = "clore"
    ANNULER = "annuler"


def _geste(de: frozenset[str], fait: str, dit: str, vers: EtatOperation | None = None, **previent: str) -> Geste:
    depuis = frozenset({EtatOperation.PREPARATION})
    return Geste(depuis, vers, de, f"operation-{fait}", dit, previent=previent)


_G = GesteOperation
_MENE: Final = frozenset({"coordinateur"})
_TOUS: Final = frozenset({"coordinateur", "participant"})
OPERATIONS: Final = GenreEchange(
    {
        _G.MODIFIER: _geste(_MENE, "modifiee", "L’opération est modifiée."),
        _G.OUVRIR: _geste(_MENE, "ouverte", "Vous serez prévenus des visites annoncées sur vos cibles."),
        _G.FERMER: _geste(_MENE, "fermee", "Vous ne serez plus prévenus des visites annoncées sur vos cibles."),
        _G.INVITER: _geste(
            _MENE,
            "invite",
            "Le service participe à l’opération ; il reçoit un lien.",
            invite="Votre service est invité à une opération conjointe",
        ),
        _G.SORTIR: _geste(_MENE, "sorti", "Le service ne lit plus rien de l’opération."),
        _G.AJOUTER: _geste(_MENE, "cibles-ajoutees", "Les cibles sont ajoutées."),
        _G.RETIRER: _geste(_MENE, "cible-retiree", "La cible est retirée."),
        _G.PREPARER: _geste(_TOUS, "preparee", "La préparation est enregistrée."),
        _G.NOTER: _geste(_TOUS, "note-partagee", "La note est partagée."),
        _G.CONSTATER: _geste(_TOUS, "constat", "Le constat est enregistré."),
        _G.CLORE: _geste(_MENE, "close", "L’opération est close.", EtatOperation.CLOSE),
        _G.ANNULER: _geste(_MENE, "annulee", "L’opération est annulée.", EtatOperation.ANNULEE),
    },
    clos=frozenset({EtatOperation.CLOSE, EtatOperation.ANNULEE}),
    inconnu="Aucune opération de ce numéro n’est ouverte à votre service.",
)
