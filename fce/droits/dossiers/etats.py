"""The states of a habilitation and the only ways from one to another. Pure."""

from enum import StrEnum

from django.db.models import TextChoices

from fce.socle.erreurs import FCEError


class EtatIncompatible(FCEError):
    """A gesture that the state of the habilitation does not allow."""

    status = 409
    code = "etat_incompatible"


class Etat(TextChoices):
    BROUILLON = "brouillon", "brouillon"
    SOUMIS = "soumis", "soumise"
    A_CORRIGER = "a_corriger", "à corriger"
    VALIDE = "valide", "validée"
    REFUSE = "refuse", "refusée"
    SUSPENDU = "suspendu", "suspendue"
    EXPIRE = "expire", "expirée"
    REVOQUE = "revoque", "révoquée"


class Geste(StrEnum):
    """What someone does to a habilitation, or time itself (``EXPIRER``, ``SUSPENDRE`` without a review)."""

    SOUMETTRE = "soumettre"
    DEMANDER_CORRECTIONS = "demander_corrections"
    VALIDER = "valider"
    REFUSER = "refuser"
    SUSPENDRE = "suspendre"
    REPRENDRE = "reprendre"
    REVOQUER = "revoquer"
    EXPIRER = "expirer"


TRANSITIONS: dict[Geste, tuple[frozenset[Etat], Etat]] = {
    Geste.SOUMETTRE: (frozenset({Etat.BROUILLON, Etat.A_CORRIGER}), Etat.SOUMIS),
    Geste.DEMANDER_CORRECTIONS: (frozenset({Etat.SOUMIS}), Etat.A_CORRIGER),
    Geste.VALIDER: (frozenset({Etat.SOUMIS}), Etat.VALIDE),
    Geste.REFUSER: (frozenset({Etat.SOUMIS, Etat.A_CORRIGER}), Etat.REFUSE),
    Geste.SUSPENDRE: (frozenset({Etat.VALIDE}), Etat.SUSPENDU),
    Geste.REPRENDRE: (frozenset({Etat.SUSPENDU}), Etat.VALIDE),
    Geste.REVOQUER: (frozenset({Etat.VALIDE, Etat.SUSPENDU}), Etat.REVOQUE),
    Geste.EXPIRER: (frozenset({Etat.VALIDE, Etat.SUSPENDU}), Etat.EXPIRE),
}
FINALS = frozenset({Etat.REFUSE, Etat.EXPIRE, Etat.REVOQUE})
MODIFIABLES = frozenset({Etat.BROUILLON, Etat.A_CORRIGER})
# By whom: the requester's side, the approver's, or the service itself.
DU_DEMANDEUR = frozenset({Geste.SOUMETTRE})
DE_L_APPROBATEUR = frozenset(
    {Geste.DEMANDER_CORRECTIONS, Geste.VALIDER, Geste.REFUSER, Geste.SUSPENDRE, Geste.REPRENDRE, Geste.REVOQUER}
)

_PHRASES = {
    Geste.SOUMETTRE: "soumise",
    Geste.DEMANDER_CORRECTIONS: "renvoyée pour correction",
    Geste.VALIDER: "validée",
    Geste.REFUSER: "refusée",
    Geste.SUSPENDRE: "suspendue",
    Geste.REPRENDRE: "reprise",
    Geste.REVOQUER: "révoquée",
    Geste.EXPIRER: "close",
}


def suivant(etat: Etat | str, geste: Geste) -> Etat:
    """State after ``geste``. Raises ``EtatIncompatible`` (409) when it cannot be done from ``etat``."""
    departs, arrivee = TRANSITIONS[geste]
    if etat not in departs:
        raise EtatIncompatible(
            f"Cette habilitation est « {Etat(etat).label} » : elle ne peut pas être {_PHRASES[geste]}.", etat=str(etat)
        )
    return arrivee


def possibles(etat: Etat | str) -> list[Geste]:
    """Gestures that the state allows."""
    return [geste for geste, (departs, _) in TRANSITIONS.items() if etat in departs]
