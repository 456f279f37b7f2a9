"""States and what may happen in each: tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from django.db.models import TextChoices

from fce.echanges.erreurs import GesteImpossible
from fce.socle.transitions import E, G, arrivee


class EtatVisite(TextChoices):
    """Where an announced visit stands."""

    ANNONCEE = "annoncee", "annoncée"
    TENUE = "tenue", "a eu lieu"
    NON_TENUE = "non_tenue", "n’a pas eu lieu"
    RENONCEE = "renoncee", "abandonnée"
    EXPIREE = "expiree", "expirée"


class GesteVisite(StrEnum):
    """What may be done with an announced visit."""

    MODIFIER = "modifier"
    REPORTER = "reporter"
    RENONCER = "renoncer"
    TENIR = "tenir"
    NE_PAS_TENIR = "ne_pas_tenir"
    EXPIRER = "expirer"


class EtatOperation(TextChoices):
    """Where a joint operation stands."""

    PREPARATION = "preparation", "en préparation"
    CLOSE = "close", "close"
    ANNULEE = "annulee", "annulée"


class GesteOperation(StrEnum):
    """What may be done with a joint operation."""

    MODIFIER = "modifier"
    CLORE = "clore"
    ANNULER = "annuler"


class EtatSaisine(TextChoices):
    """Where a question stands in one of the services that it was sent to."""

    ENVOYEE = "envoyee", "à prendre"
    PRISE = "prise", "prise en charge"
    REPONDUE = "repondue", "répondue"
    DECLINEE = "declinee", "déclinée"
    TRANSFEREE = "transferee", "transférée"
    CLOSE = "close", "close"


class EtatDemande(TextChoices):
    """Where a question stands, all the services that it was sent to together."""

    ENVOYEE = "envoyee", "envoyée"
    EN_COURS = "en_cours", "en cours"
    REPONDUE = "repondue", "répondue"
    DECLINEE = "declinee", "déclinée"
    CLOSE = "close", "close"


class GesteSaisine(StrEnum):
    """What may be done with a question in one of the services that it was sent to."""

    PRENDRE = "prendre"
    ATTRIBUER = "attribuer"
    LIBERER = "liberer"
    ECRIRE = "ecrire"
    NOTER = "noter"
    REPONDRE = "repondre"
    DECLINER = "decliner"
    TRANSFERER = "transferer"
    CLORE = "clore"
    ROUVRIR = "rouvrir"
    JUGER = "juger"


_V, _O, _S = EtatVisite, EtatOperation, EtatSaisine
_ANNONCEE: Final = frozenset({_V.ANNONCEE})
# Told late rather than never: an expired one stands until it is erased.
_A_DIRE: Final = frozenset({_V.ANNONCEE, _V.EXPIREE})
_EN_PREPARATION: Final = frozenset({_O.PREPARATION})
PARCOURS_VISITE: Final[Mapping[GesteVisite, tuple[frozenset[EtatVisite], EtatVisite]]] = {
    GesteVisite.MODIFIER: (_ANNONCEE, _V.ANNONCEE),
    GesteVisite.REPORTER: (_ANNONCEE, _V.ANNONCEE),
    GesteVisite.RENONCER: (_ANNONCEE, _V.RENONCEE),
    GesteVisite.TENIR: (_A_DIRE, _V.TENUE),
    GesteVisite.NE_PAS_TENIR: (_A_DIRE, _V.NON_TENUE),
    GesteVisite.EXPIRER: (_ANNONCEE, _V.EXPIREE),
}
TRANSITIONS_OPERATION: Final[Mapping[GesteOperation, tuple[frozenset[EtatOperation], EtatOperation]]] = {
    GesteOperation.MODIFIER: (_EN_PREPARATION, _O.PREPARATION),
    GesteOperation.CLORE: (_EN_PREPARATION, _O.CLOSE),
    GesteOperation.ANNULER: (_EN_PREPARATION, _O.ANNULEE),
}
EN_ATTENTE: Final = frozenset({_S.ENVOYEE, _S.PRISE})
"""What still waits for its answer, and may be late."""
PARCOURS_SAISINE: Final[Mapping[GesteSaisine, tuple[frozenset[EtatSaisine], EtatSaisine | None]]] = {
    GesteSaisine.PRENDRE: (frozenset({_S.ENVOYEE}), _S.PRISE),
    GesteSaisine.ATTRIBUER: (EN_ATTENTE, _S.PRISE),
    GesteSaisine.LIBERER: (frozenset({_S.PRISE}), _S.ENVOYEE),
    GesteSaisine.ECRIRE: (EN_ATTENTE | {_S.REPONDUE}, None),
    GesteSaisine.NOTER: (frozenset(_S) - {_S.CLOSE}, None),
    GesteSaisine.REPONDRE: (EN_ATTENTE, _S.REPONDUE),
    GesteSaisine.DECLINER: (EN_ATTENTE, _S.DECLINEE),
    GesteSaisine.TRANSFERER: (EN_ATTENTE, _S.TRANSFEREE),
    GesteSaisine.CLORE: (EN_ATTENTE | {_S.REPONDUE, _S.DECLINEE}, _S.CLOSE),
    # It waits again, for whoever takes it.
    GesteSaisine.ROUVRIR: (frozenset({_S.REPONDUE, _S.DECLINEE, _S.CLOSE}), _S.ENVOYEE),
    GesteSaisine.JUGER: (frozenset({_S.REPONDUE, _S.CLOSE}), None),
}
DU_DESTINATAIRE: Final = frozenset(
    {
        *(GesteSaisine.PRENDRE, GesteSaisine.ATTRIBUER, GesteSaisine.ECRIRE, GesteSaisine.NOTER),
        *(GesteSaisine.REPONDRE, GesteSaisine.DECLINER, GesteSaisine.TRANSFERER),
    }
)
"""Gestures of the service that is asked."""
DU_DEMANDEUR: Final = frozenset(
    {GesteSaisine.ECRIRE, GesteSaisine.NOTER, GesteSaisine.CLORE, GesteSaisine.ROUVRIR, GesteSaisine.JUGER}
)
"""Gestures of the service that asks."""


def etat_de_la_demande(etats: Iterable[str]) -> EtatDemande:
    """Where a question stands, from its state in each service; where it was transferred from, it counts no more."""
    restants = set(etats) - {_S.TRANSFEREE}
    if restants <= {_S.CLOSE}:
        return EtatDemande.CLOSE
    if restants & EN_ATTENTE:
        seul = restants <= {_S.ENVOYEE, _S.CLOSE}
        return EtatDemande.ENVOYEE if seul else EtatDemande.EN_COURS
    return EtatDemande.REPONDUE if _S.REPONDUE in restants else EtatDemande.DECLINEE


def suivant(table: Mapping[G, tuple[frozenset[E], E | None]], etat: str, geste: G) -> E:
    """The state that a gesture leads to. Raises GesteImpossible when it may not be done in this state."""
    apres = arrivee(table, etat, geste)
    if apres is None:
        raise GesteImpossible(
            "Cela n’est plus possible : l’état a changé entre-temps. Rechargez la page pour voir où elle en est."
        )
    return apres
