"""States and what may happen in each: tables."""

from __future__ import annotations

from collections.abc import Mapping
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


_V, _O = EtatVisite, EtatOperation
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


def suivant(table: Mapping[G, tuple[frozenset[E], E]], etat: str, geste: G) -> E:
    """The state that a gesture leads to. Raises GesteImpossible when it may not be done in this state."""
    apres = arrivee(table, etat, geste)
    if apres is None:
        raise GesteImpossible(
            "Cela n’est plus possible : l’état a changé entre-temps. Rechargez la page pour voir où elle en est."
        )
    return apres
