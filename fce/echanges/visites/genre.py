"""Declaration of announced visits: states, actions, sentences."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from django.db.models import TextChoices

from fce.droits.habilitations.finalites import CONTACTS
from fce.echanges.erreurs import GesteImpossible
from fce.echanges.genre import SANS_VALEUR
from fce.echanges.objets import ObjetEchange
from fce.socle.base.transitions import Geste, Machine
from fce.sources.acces import Habilite


class EtatVisite(TextChoices):
    ANNONCEE = "annoncee", "annoncée"
    TENUE = "tenue", "a eu lieu"
    NON_TENUE = "non_tenue", "n’a pas eu lieu"
    RENONCEE = "renoncee", "abandonnée"
    EXPIREE = "expiree", "expirée"


class EtatRendezVous(TextChoices):
    """What became of the half-days proposed for a common visit, as the release before keeps them."""

    PROPOSE = "propose", "à accepter"
    ACCEPTE = "accepte", "jour convenu"
    ROMPU = "rompu", "jour quitté"
    REFUSE = "refuse", "aucune ne va"
    SANS_REPONSE = "sans_reponse", "sans réponse"


class GesteVisite(StrEnum):
    ANNONCER = "annoncer"
    MODIFIER = "modifier"
    REPORTER = "reporter"
    REPONDRE = "repondre"
    RENONCER = "renoncer"
    TENIR = "tenir"
    NE_PAS_TENIR = "ne_pas_tenir"
    EXPIRER = "expirer"
    ETRE_PRECEDEE = "etre_precedee"
    LIRE_PASSAGE = "lire_passage"
    CONVENIR = "convenir"
    RETIRER = "retirer"
    PASSER = "passer"
    DEFAIRE = "defaire"


DATENT: Final = (GesteVisite.ANNONCER, GesteVisite.REPORTER, GesteVisite.CONVENIR, GesteVisite.DEFAIRE)
"""Steps that give a visit its days."""
_ANNONCEE: Final = frozenset({EtatVisite.ANNONCEE})
# An expired visit may still be reported, until the purge deletes it.
_A_DIRE: Final = frozenset({EtatVisite.ANNONCEE, EtatVisite.EXPIREE})


def _geste(
    fait: str,
    dit: str,
    vers: EtatVisite | None = None,
    depuis: frozenset[str] = _ANNONCEE,
    previent: Mapping[str, str] = SANS_VALEUR,
) -> Geste:
    return Geste(depuis, vers, frozenset({"service"}), f"visite-{fait}", dit, previent=previent)


_G, _E = GesteVisite, EtatVisite
_DEFAISABLES: Final = frozenset({_E.ANNONCEE, _E.RENONCEE, _E.TENUE, _E.NON_TENUE})
_RENONCEE: Final = "Vous renoncez à cette visite : les autres services ne la voient plus."
VOUS_ATTEND: Final = "Une information attend votre service sur la Fiche Commune Entreprise"
_RETIREE: Final = "Vous quittez la visite commune, dont le jour ne change pas : votre visite reste, à sa semaine."
_NON_TENUE: Final = "La visite n’a pas eu lieu : c’est noté."
_DEFAIT: Final = "C’est défait : la visite est comme avant, et personne n’est prévenu de ce qui est défait."
# A change of a visit is told to the services that answered it or were answered. An undo too: it may leave an earlier
# change standing, or take back a change that they have read.
_DIT: Final = {"interlocuteurs": VOUS_ATTEND}
VISITE: Final = ObjetEchange("echanges-visites", "Visites annoncées", Habilite(CONTACTS))
VISITES: Final = Machine(
    EtatVisite,
    {
        _G.ANNONCER: _geste("annoncee", "La visite est annoncée.", _E.ANNONCEE, frozenset()),
        _G.MODIFIER: _geste("modifier", "La visite est modifiée."),
        _G.REPORTER: _geste("reporter", "La visite est reportée.", previent=_DIT),
        _G.REPONDRE: _geste("repondre", "Votre réponse est enregistrée.", previent={"autre": VOUS_ATTEND}),
        _G.RENONCER: _geste("renoncer", _RENONCEE, _E.RENONCEE, previent=_DIT),
        _G.TENIR: _geste("tenue", "La visite est tenue.", _E.TENUE, _A_DIRE, previent=_DIT),
        _G.NE_PAS_TENIR: _geste("non-tenue", _NON_TENUE, _E.NON_TENUE, _A_DIRE, previent=_DIT),
        _G.EXPIRER: Geste(_ANNONCEE, _E.EXPIREE, previent=_DIT),
        _G.CONVENIR: _geste("confirmer", "Le jour est convenu : ceux qui viennent y sont.", previent=_DIT),
        _G.RETIRER: _geste("retirer", _RETIREE, previent=_DIT),
        _G.PASSER: _geste("passer", "La visite est passée à votre collègue, qui en est prévenu."),
        _G.DEFAIRE: _geste("defaire", _DEFAIT, _E.ANNONCEE, _DEFAISABLES, _DIT),
        _G.ETRE_PRECEDEE: Geste(_ANNONCEE, previent={"service": VOUS_ATTEND}),
        # Its service has read the contacts told so far.
        _G.LIRE_PASSAGE: _geste("lire", "C’est noté."),
    },
    apres_coup=frozenset({_G.DEFAIRE, _G.TENIR, _G.NE_PAS_TENIR}),
    erreur=GesteImpossible,
    objet=VISITE,
    suit=(
        "etat",
        "precision",
        "debut",
        "fin",
        "genre",
        "objet",
        "interaction_id",
        "commune_id",
        "jour_convenu",
        "auteur",
    ),
    inconnu="Cette visite n’existe pas, ou n’est pas celle de votre service.",
)
