"""States of a private person's claim to head a company, the actions that lead from one to another, and their mails."""

from typing import Final

from fce.droits.comptes.models import Rattachement
from fce.socle.base.transitions import Geste, Machine

_E, _DEMANDE = Rattachement.Etat, frozenset({Rattachement.Etat.DEMANDE})
_VOTRE: Final = "Votre demande de rattachement n° {} est"
RATTACHEMENTS: Final = Machine(
    _E,
    {
        "valider": Geste(_DEMANDE, _E.VALIDE, previent={"titulaire": f"{_VOTRE} acceptée"}),
        "refuser": Geste(_DEMANDE, _E.REFUSE, previent={"titulaire": f"{_VOTRE} refusée"}),
        "finir": Geste(
            _DEMANDE | {_E.VALIDE}, _E.TERMINE, previent={"titulaire": "Votre rattachement n° {} a pris fin"}
        ),
    },
)
