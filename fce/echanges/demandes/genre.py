"""Declaration of questions between services: states, actions, who may do them, sentences, mails."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from django.db.models import TextChoices

from fce.droits.habilitations.finalites import CONTACTS
from fce.echanges.erreurs import GesteImpossible
from fce.echanges.objets import ObjetEchange
from fce.socle.base.transitions import Geste, Machine
from fce.sources.acces import Secret


class EtatSaisine(TextChoices):
    """State of a question in one of the services asked."""

    ENVOYEE = "envoyee", "à prendre"
    PRISE = "prise", "prise en charge"
    REPONDUE = "repondue", "répondue"
    DECLINEE = "declinee", "déclinée"
    TRANSFEREE = "transferee", "transférée"
    CLOSE = "close", "close"


class EtatDemande(TextChoices):
    """State of a question, over all the services asked."""

    ENVOYEE = "envoyee", "envoyée"
    EN_COURS = "en_cours", "en cours"
    REPONDUE = "repondue", "répondue"
    DECLINEE = "declinee", "déclinée"
    CLOSE = "close", "close"


class GesteSaisine(StrEnum):
    """Actions on a question in one of the services asked."""

    ENVOYER = "envoyer"
    PRENDRE = "prendre"
    ATTRIBUER = "attribuer"
    LIBERER = "liberer"
    ECRIRE = "ecrire"
    NOTER = "noter"
    REPONDRE = "repondre"
    DECLINER = "decliner"
    TRANSFERER = "transferer"
    REVENIR = "revenir"
    CLORE = "clore"
    ROUVRIR = "rouvrir"
    JUGER = "juger"
    RAPPELER = "rappeler"


_S, _G = EtatSaisine, GesteSaisine
EN_ATTENTE: Final = frozenset({_S.ENVOYEE, _S.PRISE})
"""States where an answer is awaited, and may be late."""
RENDUES: Final = frozenset({_S.REPONDUE, _S.DECLINEE})
"""States where the asking service has an answer to read."""
DEMANDEUR, DESTINATAIRE = "demandeur", "destinataire"
BOITE, QUI_S_EN_OCCUPE = "boite", "qui_s_en_occupe"
"""Other recipients of mails: the mailbox of the service asked, and the agent who handles the question."""
_DE: Final = frozenset({DEMANDEUR})
_A: Final = frozenset({DESTINATAIRE})
_MESSAGE: Final = "Un message vous attend dans une demande"
DEMANDE: Final = ObjetEchange("echanges-demandes", "Demandes entre services", Secret(CONTACTS))
DEMANDES: Final = Machine(
    EtatSaisine,
    {
        # Of no role: who sent a question, or handed it over, is not named in its history.
        _G.ENVOYER: Geste(
            frozenset(), _S.ENVOYEE, frozenset(),
            "demande-envoyee", "Votre demande est envoyée : chaque service reçoit un lien.", "Demande envoyée",
        ),
        _G.PRENDRE: Geste(
            frozenset({_S.ENVOYEE}), _S.PRISE, _A,
            "demande-prendre", "Vous prenez cette demande en charge.", "Prise en charge",
        ),
        _G.ATTRIBUER: Geste(
            EN_ATTENTE, _S.PRISE, _A, "demande-attribuer", "La demande est attribuée.", "Attribuée",
        ),
        _G.LIBERER: Geste(
            frozenset({_S.PRISE}), _S.ENVOYEE,
            etape="Rendue au service : qui s’en occupait n’en est plus",
            previent={BOITE: "Une demande n’a plus personne pour s’en occuper"},
        ),
        _G.ECRIRE: Geste(
            EN_ATTENTE | {_S.REPONDUE}, None, _DE | _A, "demande-ecrire", "Votre message est envoyé.",
            previent={DEMANDEUR: _MESSAGE, QUI_S_EN_OCCUPE: _MESSAGE},
        ),
        _G.NOTER: Geste(
            frozenset(_S) - {_S.CLOSE}, None, _DE | _A,
            "demande-noter", "La note est gardée : votre service seul la lit.",
        ),
        _G.REPONDRE: Geste(
            EN_ATTENTE, _S.REPONDUE, _A, "demande-repondre", "Votre réponse est envoyée.", "Répondue",
            {DEMANDEUR: "Une réponse à votre demande vous attend"},
        ),
        _G.DECLINER: Geste(
            EN_ATTENTE, _S.DECLINEE, _A, "demande-decliner", "La demande est déclinée.", "Déclinée",
            {DEMANDEUR: "Un service a décliné votre demande"},
        ),
        _G.TRANSFERER: Geste(
            EN_ATTENTE, _S.TRANSFEREE, _A,
            "demande-transferer", "La demande est transmise à l’autre service.", "Transmise à un autre service",
            {DEMANDEUR: "Un service a transmis votre demande à un autre"},
        ),
        # Transferred on, then transferred back by a service that could not know.
        _G.REVENIR: Geste(
            frozenset({_S.TRANSFEREE}), _S.ENVOYEE,
            etape="Revenue d’un autre service",
            previent={BOITE: "Une demande d’un autre service attend le vôtre"},
        ),
        _G.CLORE: Geste(
            EN_ATTENTE | RENDUES, _S.CLOSE, _DE, "demande-clore", "La demande est close.", "Close",
        ),
        # Awaited again; anybody may take it.
        _G.ROUVRIR: Geste(
            RENDUES | {_S.CLOSE}, _S.ENVOYEE, _DE,
            "demande-rouvrir", "La demande est rouverte.", "Rouverte",
            {QUI_S_EN_OCCUPE: "Une demande est rouverte"},
        ),
        _G.JUGER: Geste(
            frozenset({_S.REPONDUE, _S.CLOSE}), None, _DE,
            "demande-juger", "Votre avis est gardé.", "Avis donné sur la réponse",
        ),
        _G.RAPPELER: Geste(EN_ATTENTE, etape="Rappel envoyé"),
    },
    apres_coup=frozenset({_G.ROUVRIR}),
    erreur=GesteImpossible,
    objet=DEMANDE,
    suit=("etat", "attribuee_a_id", "limite", "motif", "utile", "transferee_a_id", "rappels"),
    inconnu="Aucune demande n’est ouverte à votre service à cette adresse.",
)  # fmt: skip


def etat_de_la_demande(etats: Iterable[str], avant_cloture: Iterable[str] = ()) -> EtatDemande:
    """State of a question from its states in the services; a transferred thread does not count.

    It is declined when every service declined it. ``avant_cloture``: states of the closed threads when they closed.
    """
    restants = set(etats) - {_S.TRANSFEREE}
    if restants <= {_S.CLOSE}:
        return EtatDemande.CLOSE
    if restants & EN_ATTENTE:
        seul = restants <= {_S.ENVOYEE, _S.CLOSE}
        return EtatDemande.ENVOYEE if seul else EtatDemande.EN_COURS
    issues = (restants - {_S.CLOSE}) | (set(avant_cloture) or restants & {_S.CLOSE})
    if _S.REPONDUE in issues:
        return EtatDemande.REPONDUE
    return EtatDemande.DECLINEE if issues == {_S.DECLINEE} else EtatDemande.EN_COURS
