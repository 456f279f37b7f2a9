"""States of a deposit, and what leads from one to another."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from django.db.models import TextChoices

from fce.socle.base.transitions import Geste, Machine


class EtatDepot(TextChoices):
    RECU = "recu", "reçu"
    EN_VERIFICATION = "en_verification", "en vérification"
    PRET = "pret", "prêt à publier"
    REFUSE = "refuse", "refusé"
    ERREUR = "erreur", "vérification en erreur"
    PUBLIE = "publie", "publié"
    ABANDONNE = "abandonne", "abandonné"


class GesteDepot(StrEnum):
    VERIFIER = "verifier"
    ACCEPTER = "accepter"
    REFUSER = "refuser"
    ECHOUER = "echouer"
    INTERROMPRE = "interrompre"
    PERIMER = "perimer"
    PUBLIER = "publier"
    FORCER = "forcer"
    ABANDONNER = "abandonner"


_E, _G = EtatDepot, GesteDepot
_OUVERTS: Final = frozenset(_E) - {_E.PUBLIE, _E.ABANDONNE}
_VERIFIE: Final = frozenset({_E.EN_VERIFICATION})
A_VERIFIER: Final = _VERIFIE | {_E.RECU}
DEPOTS: Final = Machine(
    EtatDepot,
    {
        # Also from "en_verification": holding the lock of the source proves that the earlier verification died.
        _G.VERIFIER: Geste(_OUVERTS, _E.EN_VERIFICATION, refus="vérifié"),
        _G.ACCEPTER: Geste(_VERIFIE, _E.PRET, refus="accepté"),
        _G.REFUSER: Geste(_VERIFIE, _E.REFUSE, refus="refusé"),
        _G.ECHOUER: Geste(_VERIFIE, _E.ERREUR, refus="mis en erreur"),
        # The worker was asked to stop; another one will start again.
        _G.INTERROMPRE: Geste(_VERIFIE, _E.RECU, refus="interrompu"),
        # The report is outdated (the version in place changed, or the server broke down): verify again.
        _G.PERIMER: Geste(_OUVERTS - A_VERIFIER, _E.RECU, refus="vérifié de nouveau"),
        _G.PUBLIER: Geste(frozenset({_E.PRET}), _E.PUBLIE, refus="publié"),
        _G.FORCER: Geste(frozenset({_E.REFUSE}), _E.PUBLIE, refus="publié en force"),
        _G.ABANDONNER: Geste(_OUVERTS, _E.ABANDONNE, refus="abandonné"),
    },
    refus="Ce dépôt est « {etat} » : il ne peut pas être {refus}. Il faudrait qu’il soit {attendus}.",
)
