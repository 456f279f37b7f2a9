"""The states of a habilitation, and its actions: who may do each, from which states, what is said of it."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from django.db.models import TextChoices

from fce.socle.base.transitions import Geste, Machine


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
    CREER = "creer"
    MODIFIER = "modifier"
    SOUMETTRE = "soumettre"
    DEMANDER_CORRECTIONS = "demander_corrections"
    VALIDER = "valider"
    REFUSER = "refuser"
    SUSPENDRE = "suspendre"
    REPRENDRE = "reprendre"
    REVOQUER = "revoquer"
    EXPIRER = "expirer"
    REVOIR = "revoir"
    RENOUVELER = "renouveler"


GESTIONNAIRES, APPROBATEURS = "gestionnaires", "approbateurs"
_E, _G = EtatDossier, GesteDossier
_PAR_EUX: Final = frozenset({GESTIONNAIRES})
_PAR_LUI: Final = frozenset({APPROBATEURS})
_A_ECRIRE: Final = frozenset({_E.BROUILLON, _E.A_CORRIGER})
_EN_COURS: Final = frozenset({_E.VALIDE, _E.SUSPENDU})
ACCORDES: Final = _EN_COURS | {_E.EXPIRE, _E.REVOQUE}
"""States that only a granted habilitation reaches."""
PREND_LA_SUITE: Final = frozenset({_E.SOUMIS, _E.VALIDE})
"""States of a request that replaces the habilitation that it renews."""
_CLOS: Final = frozenset({_E.REFUSE, _E.EXPIRE, _E.REVOQUE})


def _geste(
    depuis: frozenset[EtatDossier], vers: EtatDossier, faite: str, libelle: str = "", etape: str = "", phrase: str = ""
) -> Geste:
    """An action of the approvers when it has a ``libelle``, of a job otherwise; ``phrase``: mail to the managers."""
    de, refus = _PAR_LUI if libelle else frozenset[str](), f"ne peut pas être {faite}"
    previent = {GESTIONNAIRES: phrase or f"est {faite}"}
    return Geste(depuis, vers, de, "", "", etape or f"Habilitation {faite}", previent, libelle, refus)


_ATTEND: Final = frozenset({_E.SOUMIS})
DOSSIERS: Final = Machine(
    EtatDossier,
    {
        _G.CREER: Geste(frozenset(), _E.BROUILLON, _PAR_EUX, etape="Brouillon créé"),
        _G.MODIFIER: Geste(_A_ECRIRE, None, _PAR_EUX, refus="ne se modifie plus", etape="Demande modifiée"),
        _G.SOUMETTRE: Geste(
            _A_ECRIRE,
            _E.SOUMIS,
            _PAR_EUX,
            refus="ne peut pas être soumise",
            etape="Demande soumise",
            previent={APPROBATEURS: "attend votre décision"},
        ),
        _G.DEMANDER_CORRECTIONS: _geste(
            _ATTEND,
            _E.A_CORRIGER,
            "renvoyée pour correction",
            "Renvoyer pour correction",
            "Demande renvoyée pour correction",
            "vous est renvoyée pour correction",
        ),
        _G.VALIDER: _geste(_ATTEND, _E.VALIDE, "validée", "Valider"),
        _G.REFUSER: _geste(_ATTEND | {_E.A_CORRIGER}, _E.REFUSE, "refusée", "Refuser", "Demande refusée"),
        _G.SUSPENDRE: _geste(frozenset({_E.VALIDE}), _E.SUSPENDU, "suspendue", "Suspendre"),
        _G.REPRENDRE: _geste(
            frozenset({_E.SUSPENDU}), _E.VALIDE, "reprise", "Reprendre", phrase="est de nouveau en vigueur"
        ),
        _G.REVOQUER: _geste(_EN_COURS, _E.REVOQUE, "révoquée", "Révoquer"),
        _G.EXPIRER: _geste(_EN_COURS, _E.EXPIRE, "close", etape="Habilitation expirée", phrase="a expiré"),
        _G.REVOIR: Geste(
            frozenset(_E) - _CLOS, None, _PAR_EUX, refus="n’est plus à revoir", etape="Habilitation revue et gardée"
        ),
        _G.RENOUVELER: Geste(_EN_COURS | _CLOS, None, _PAR_EUX, refus="ne peut pas être renouvelée"),
    },
    refus="Cette habilitation est « {etat} » : elle {refus}.",
)
OUVRENT: Final = frozenset(geste for geste, dit in DOSSIERS.gestes.items() if dit.vers is _E.VALIDE)
"""Actions that open data: their author may not benefit from them."""
