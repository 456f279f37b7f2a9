"""The states of a habilitation and the transitions between them. Pure."""

from enum import StrEnum

from django.db.models import TextChoices

from fce.socle.erreurs import FCEError
from fce.socle.transitions import arrivee, gestes_possibles


class EtatIncompatible(FCEError):
    """The state of the habilitation does not allow this transition."""

    status = 409
    code = "etat_incompatible"


class EtatDossier(TextChoices):
    """States of a habilitation, from draft to end; labels agree in gender with « habilitation »."""

    BROUILLON = "brouillon", "brouillon"
    SOUMIS = "soumis", "soumise"
    A_CORRIGER = "a_corriger", "à corriger"
    VALIDE = "valide", "validée"
    REFUSE = "refuse", "refusée"
    SUSPENDU = "suspendu", "suspendue"
    EXPIRE = "expire", "expirée"
    REVOQUE = "revoque", "révoquée"


class GesteDossier(StrEnum):
    """Transitions: made by a person, or by a job (``EXPIRER``; ``SUSPENDRE`` without review)."""

    SOUMETTRE = "soumettre"
    DEMANDER_CORRECTIONS = "demander_corrections"
    VALIDER = "valider"
    REFUSER = "refuser"
    SUSPENDRE = "suspendre"
    REPRENDRE = "reprendre"
    REVOQUER = "revoquer"
    EXPIRER = "expirer"


TRANSITIONS_DOSSIER: dict[GesteDossier, tuple[frozenset[EtatDossier], EtatDossier]] = {
    GesteDossier.SOUMETTRE: (frozenset({EtatDossier.BROUILLON, EtatDossier.A_CORRIGER}), EtatDossier.SOUMIS),
    GesteDossier.DEMANDER_CORRECTIONS: (frozenset({EtatDossier.SOUMIS}), EtatDossier.A_CORRIGER),
    GesteDossier.VALIDER: (frozenset({EtatDossier.SOUMIS}), EtatDossier.VALIDE),
    GesteDossier.REFUSER: (frozenset({EtatDossier.SOUMIS, EtatDossier.A_CORRIGER}), EtatDossier.REFUSE),
    GesteDossier.SUSPENDRE: (frozenset({EtatDossier.VALIDE}), EtatDossier.SUSPENDU),
    GesteDossier.REPRENDRE: (frozenset({EtatDossier.SUSPENDU}), EtatDossier.VALIDE),
    GesteDossier.REVOQUER: (frozenset({EtatDossier.VALIDE, EtatDossier.SUSPENDU}), EtatDossier.REVOQUE),
    GesteDossier.EXPIRER: (frozenset({EtatDossier.VALIDE, EtatDossier.SUSPENDU}), EtatDossier.EXPIRE),
}
DOSSIERS_CLOS = frozenset({EtatDossier.REFUSE, EtatDossier.EXPIRE, EtatDossier.REVOQUE})
MODIFIABLES = frozenset({EtatDossier.BROUILLON, EtatDossier.A_CORRIGER})
# Who may: the requester's side, the approver, or the service itself.
DE_L_APPROBATEUR = frozenset(
    {
        GesteDossier.DEMANDER_CORRECTIONS,
        GesteDossier.VALIDER,
        GesteDossier.REFUSER,
        GesteDossier.SUSPENDRE,
        GesteDossier.REPRENDRE,
        GesteDossier.REVOQUER,
    }
)

_PHRASES = {
    GesteDossier.SOUMETTRE: "soumise",
    GesteDossier.DEMANDER_CORRECTIONS: "renvoyée pour correction",
    GesteDossier.VALIDER: "validée",
    GesteDossier.REFUSER: "refusée",
    GesteDossier.SUSPENDRE: "suspendue",
    GesteDossier.REPRENDRE: "reprise",
    GesteDossier.REVOQUER: "révoquée",
    GesteDossier.EXPIRER: "close",
}


def suivant(etat: EtatDossier | str, geste: GesteDossier) -> EtatDossier:
    """State after ``geste``. Raises ``EtatIncompatible`` (409) when it cannot be done from ``etat``."""
    apres = arrivee(TRANSITIONS_DOSSIER, etat, geste)
    if apres is None:
        raise EtatIncompatible(
            f"Cette habilitation est « {EtatDossier(etat).label} » : elle ne peut pas être {_PHRASES[geste]}.",
            etat=str(etat),
        )
    return apres


def possibles(etat: EtatDossier | str) -> list[GesteDossier]:
    return gestes_possibles(TRANSITIONS_DOSSIER, etat)
