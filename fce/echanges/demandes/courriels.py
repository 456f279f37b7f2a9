"""Mails about a question: a sentence without data, and a link. Queued in the transaction of the action, and not sent to
its author."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.urls import reverse

from fce.droits.comptes import courriels
from fce.droits.comptes.models import Compte
from fce.echanges.courriels import annoncer_au_service, membres_presents
from fce.echanges.demandes.genre import (
    BOITE,
    DEMANDES,
    DEMANDEUR,
    QUI_S_EN_OCCUPE,
    GesteSaisine,
)
from fce.echanges.models import Saisine

NOUVELLE: Final = "Une demande d’un autre service attend le vôtre"
ATTRIBUEE: Final = "Une demande vous est attribuée"
RAPPEL: Final = "Rappel : une demande attend votre réponse"


def page_de_la_demande(demande: int) -> str:
    return reverse("echanges:demande", args=[demande])


def annoncer_a_la_boite(saisine: Saisine, phrase: str, aujourd_hui: date) -> None:
    """Queue a mail to the service asked."""
    annoncer_au_service(saisine.service_id, page_de_la_demande(saisine.demande_id), phrase)


def annoncer_a_qui_s_en_occupe(saisine: Saisine, phrase: str, aujourd_hui: date) -> None:
    """Queue a mail to the agent who took the question if present; else to the present members; else to the service."""
    presents = list(membres_presents(saisine.service_id, aujourd_hui))
    siens = [compte for compte in presents if compte.pk == saisine.attribuee_a_id] or presents
    page = page_de_la_demande(saisine.demande_id)
    for compte in siens:
        courriels.annoncer(compte, phrase, page)
    if not siens:
        annoncer_au_service(saisine.service_id, page, phrase)


def annoncer_au_demandeur(saisine: Saisine, phrase: str, aujourd_hui: date) -> None:
    """Queue a mail to the author of the question if present in the asking service; else to that service."""
    demande, page = saisine.demande, page_de_la_demande(saisine.demande_id)
    auteur = membres_presents(demande.service_id, aujourd_hui).filter(pk=numero_de(demande.auteur)).first()
    if auteur is not None:
        courriels.annoncer(auteur, phrase, page)
    else:
        annoncer_au_service(demande.service_id, page, phrase)


_A: Final = {
    DEMANDEUR: annoncer_au_demandeur,
    QUI_S_EN_OCCUPE: annoncer_a_qui_s_en_occupe,
    BOITE: annoncer_a_la_boite,
}


def prevenir(saisine: Saisine, geste: GesteSaisine, aujourd_hui: date, *, sauf: str = "") -> None:
    """Queue the mails declared by an action (``genre.DEMANDES``), except to ``sauf``."""
    for qui, phrase in DEMANDES.gestes[geste].previent.items():
        if qui != sauf:
            _A[qui](saisine, phrase, aujourd_hui)


def annoncer_a(compte: Compte, saisine: Saisine, phrase: str) -> None:
    """Queue a mail to a member of the service asked."""
    courriels.annoncer(compte, phrase, page_de_la_demande(saisine.demande_id))


def numero_de(identifiant: str) -> int:
    """Number of an account from its opaque identifier; 0 for a pseudonym."""
    chiffres = identifiant.removeprefix("c")
    return int(chiffres) if chiffres.isascii() and chiffres.isdigit() else 0
