"""What leads a private person's claim to head a company from one state to another."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from fce.comptes.models import Rattachement
from fce.socle.transitions import Geste, Machine


class GesteRattachement(StrEnum):
    VALIDER = "valider"
    REFUSER = "refuser"
    FINIR = "finir"


_E, _G = Rattachement.Etat, GesteRattachement
RATTACHEMENTS: Final = Machine(
    _E,
    {
        _G.VALIDER: Geste(frozenset({_E.DEMANDE}), _E.VALIDE),
        _G.REFUSER: Geste(frozenset({_E.DEMANDE}), _E.REFUSE),
        _G.FINIR: Geste(frozenset({_E.DEMANDE, _E.VALIDE}), _E.TERMINE),
    },
    clos=frozenset({_E.REFUSE, _E.TERMINE}),
)
