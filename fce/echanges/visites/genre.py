"""Declaration of announced visits: states, actions, sentences."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from django.db.models import TextChoices

from fce.echanges.genre import GenreEchange, Geste


class EtatVisite(TextChoices):
    ANNONCEE = "annoncee", "annoncée"
    TENUE = "tenue", "a eu lieu"
    NON_TENUE = "non_tenue", "n’a pas eu lieu"
    RENONCEE = "renoncee", "abandonnée"
    EXPIREE = "expiree", "expirée"


class GesteVisite(StrEnum):
    MODIFIER = "modifier"
    REPORTER = "reporter"
    REPONDRE = "repondre"
    RENONCER = "renoncer"
    TENIR = "tenir"
    NE_PAS_TENIR = "ne_pas_tenir"
    EXPIRER = "expirer"
    ETRE_PRECEDEE = "etre_precedee"


_ANNONCEE: Final = frozenset({EtatVisite.ANNONCEE})
# An expired visit may still be reported, until the purge deletes it.
_A_DIRE: Final = frozenset({EtatVisite.ANNONCEE, EtatVisite.EXPIREE})


def _geste(
    fait: str, dit: str, vers: EtatVisite | None = None, depuis: frozenset[str] = _ANNONCEE, **previent: str
) -> Geste:
    return Geste(depuis, vers, frozenset({"service"}), f"visite-{fait}", dit, previent=previent)


_G, _E = GesteVisite, EtatVisite
_RENONCEE: Final = "Vous renoncez à cette visite : les autres services ne la voient plus."
VOUS_ATTEND: Final = "Une information attend votre service sur la Fiche Commune Entreprise"
VISITES: Final = GenreEchange(
    {
        _G.MODIFIER: _geste("modifier", "La visite est modifiée."),
        _G.REPORTER: _geste("reporter", "La visite est reportée."),
        _G.REPONDRE: _geste("repondre", "Votre réponse est enregistrée.", autre=VOUS_ATTEND),
        _G.RENONCER: _geste("renoncer", _RENONCEE, _E.RENONCEE),
        _G.TENIR: _geste("tenue", "La visite est tenue.", _E.TENUE, _A_DIRE),
        _G.NE_PAS_TENIR: _geste("non-tenue", "La visite n’a pas eu lieu : c’est noté.", _E.NON_TENUE, _A_DIRE),
        _G.EXPIRER: Geste(_ANNONCEE, _E.EXPIREE),
        _G.ETRE_PRECEDEE: Geste(_ANNONCEE, previent={"service": VOUS_ATTEND}),
    },
    clos=frozenset(EtatVisite) - _ANNONCEE,
    suit=("etat", "precision", "debut", "fin", "genre", "objet", "interaction_id"),
    inconnu="Cette visite n’existe pas, ou n’est pas celle de votre service.",
)
