"""States and what may happen in each: tables, and the one function that reads them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, TypeVar

from django.db.models import TextChoices

from fce.echanges.erreurs import GesteImpossible


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
PARCOURS_VISITE: Final[Mapping[tuple[str, GesteVisite], EtatVisite]] = {
    (_V.ANNONCEE, GesteVisite.MODIFIER): _V.ANNONCEE,
    (_V.ANNONCEE, GesteVisite.REPORTER): _V.ANNONCEE,
    (_V.ANNONCEE, GesteVisite.RENONCER): _V.RENONCEE,
    (_V.ANNONCEE, GesteVisite.TENIR): _V.TENUE,
    (_V.ANNONCEE, GesteVisite.NE_PAS_TENIR): _V.NON_TENUE,
    (_V.ANNONCEE, GesteVisite.EXPIRER): _V.EXPIREE,
    # Told late rather than never: it stands until it is erased.
    (_V.EXPIREE, GesteVisite.TENIR): _V.TENUE,
    (_V.EXPIREE, GesteVisite.NE_PAS_TENIR): _V.NON_TENUE,
}
TRANSITIONS_OPERATION: Final[Mapping[tuple[str, GesteOperation], EtatOperation]] = {
    (_O.PREPARATION, GesteOperation.MODIFIER): _O.PREPARATION,
    (_O.PREPARATION, GesteOperation.CLORE): _O.CLOSE,
    (_O.PREPARATION, GesteOperation.ANNULER): _O.ANNULEE,
}

E = TypeVar("E", bound=TextChoices)
G = TypeVar("G", bound=StrEnum)


def suivant(table: Mapping[tuple[str, G], E], etat: str, geste: G) -> E:
    """The state that a gesture leads to. Raises GesteImpossible when it may not be done in this state."""
    try:
        return table[(etat, geste)]
    except KeyError:
        raise GesteImpossible(
            "Cela n’est plus possible : l’état a changé entre-temps. Rechargez la page pour voir où elle en est."
        ) from None


def possibles(table: Mapping[tuple[str, G], E], etat: str) -> frozenset[G]:
    """The gestures that may be done in a state."""
    return frozenset(geste for depart, geste in table if depart == etat)
