"""What leads an administration's request to join from one state to another."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from fce.comptes.models import DemandeOuverture
from fce.socle.transitions import Geste, Machine


class GesteOuverture(StrEnum):
    ACCEPTER = "accepter"
    REFUSER = "refuser"


_E: Final = DemandeOuverture.Etat
OUVERTURES: Final = Machine(
    _E,
    {
        GesteOuverture.ACCEPTER: Geste(frozenset({_E.RECUE}), _E.ACCEPTEE),
        GesteOuverture.REFUSER: Geste(frozenset({_E.RECUE}), _E.REFUSEE),
    },
    clos=frozenset({_E.ACCEPTEE, _E.REFUSEE}),
)
