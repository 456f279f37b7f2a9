"""Declaration of joint operations: states, actions, who may do them, sentences, mails."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Final

from django.db.models import TextChoices

from fce.droits.habilitations.finalites import CONTACTS
from fce.echanges.erreurs import GesteImpossible
from fce.echanges.objets import ObjetEchange
from fce.echanges.visites.genre import VOUS_ATTEND
from fce.socle.base.transitions import Geste, Machine
from fce.sources.acces import Secret


class EtatOperation(TextChoices):
    PREPARATION = "preparation", "en préparation"
    CLOSE = "close", "close"
    EXPIREE = "expiree", "close sans bilan"
    ANNULEE = "annulee", "annulée"


class GesteOperation(StrEnum):
    CREER = "creer"
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
    JOINDRE = "joindre"
    RETIRER_PIECE = "retirer_piece"
    NOTER_VISITES = "noter_visites"
    CLORE = "clore"
    ANNULER = "annuler"
    EXPIRER = "expirer"


_PREPAREE: Final = frozenset({EtatOperation.PREPARATION})
FINIES: Final = frozenset({EtatOperation.CLOSE, EtatOperation.EXPIREE})
"""States of an operation that took place."""
LAISSEE: Final = timedelta(days=180)
"""How long after its day an operation that nobody closed is closed automatically."""
PREAVIS: Final = timedelta(days=30)
"""How long before that its coordinator is warned."""


def _geste(
    de: frozenset[str],
    fait: str,
    dit: str,
    vers: EtatOperation | None = None,
    depuis: frozenset[str] = _PREPAREE,
    **previent: str,
) -> Geste:
    return Geste(depuis, vers, de, f"operation-{fait}", dit, previent=previent)


_G = GesteOperation
_CREEE: Final = "L’opération est créée. Les services invités reçoivent un lien."
_MENE: Final = frozenset({"coordinateur"})
_TOUS: Final = frozenset({"coordinateur", "participant"})
# « restant »: a participant whose coordinator has nobody left who can act.
_FINIT: Final = frozenset({"coordinateur", "restant"})
OPERATION: Final = ObjetEchange("echanges-operations", "Opérations conjointes", Secret(CONTACTS))
OPERATIONS: Final = Machine(
    EtatOperation,
    {
        _G.CREER: _geste(_MENE, "creee", _CREEE, EtatOperation.PREPARATION, frozenset()),
        _G.MODIFIER: _geste(
            _MENE,
            "modifiee",
            "L’opération est modifiée. Si son jour ou son heure ont changé, les services reçoivent un lien.",
            participant=VOUS_ATTEND,
        ),
        _G.OUVRIR: _geste(_MENE, "ouverte", "Vous serez prévenus des visites annoncées sur vos cibles."),
        _G.FERMER: _geste(_MENE, "fermee", "Vous ne serez plus prévenus des visites annoncées sur vos cibles."),
        _G.INVITER: _geste(
            _MENE,
            "invite",
            "Le service participe à l’opération ; il reçoit un lien.",
            invite="Votre service est invité à une opération conjointe",
        ),
        _G.SORTIR: _geste(
            _MENE,
            "sorti",
            "Le service ne lit plus de l’opération que ce qu’il y a écrit ; il en est prévenu.",
            sorti="Votre service ne participe plus à une opération conjointe",
        ),
        _G.AJOUTER: _geste(_MENE, "cibles-ajoutees", "Les cibles sont ajoutées."),
        _G.RETIRER: _geste(_MENE, "cible-retiree", "La cible est retirée."),
        _G.PREPARER: _geste(_TOUS, "preparee", "La préparation est enregistrée."),
        _G.NOTER: _geste(_TOUS, "note-partagee", "La note est partagée."),
        _G.CONSTATER: _geste(_TOUS, "constat", "Le constat est enregistré."),
        _G.JOINDRE: _geste(
            _TOUS, "pieces-jointes", "Les pièces sont jointes : les services de l’opération les lisent."
        ),
        _G.RETIRER_PIECE: _geste(_TOUS, "piece-retiree", "La pièce n’est plus jointe."),
        _G.NOTER_VISITES: _geste(
            _TOUS,
            "visites-notees",
            "Ces visites sont notées dans les contacts de votre service.",
            None,
            _PREPAREE | FINIES,
        ),
        _G.CLORE: _geste(_MENE, "close", "L’opération est close.", EtatOperation.CLOSE, participant=VOUS_ATTEND),
        _G.ANNULER: _geste(
            _FINIT,
            "annulee",
            "L’opération est annulée ; les services reçoivent un lien.",
            EtatOperation.ANNULEE,
            participant=VOUS_ATTEND,
        ),
        _G.EXPIRER: Geste(_PREPAREE, EtatOperation.EXPIREE, previent={"coordinateur": VOUS_ATTEND}),
    },
    erreur=GesteImpossible,
    objet=OPERATION,
    inconnu="Aucune opération n’est ouverte à votre service à cette adresse.",
)
