"""Mails about a question: a sentence without data, and a link. Queued in the transaction of the action, and not sent to
its author."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.db.models import QuerySet
from django.urls import reverse

from fce.comptes import courriels
from fce.comptes.models import Appartenance, Compte, Groupe
from fce.echanges.courriels import annoncer_au_service
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
    _annoncer_a_un_service(saisine.service, page_de_la_demande(saisine.demande_id), phrase, aujourd_hui)


def annoncer_a_qui_s_en_occupe(saisine: Saisine, phrase: str, aujourd_hui: date) -> None:
    """Queue a mail to the agent who took the question if present; else to the present members; else to the service."""
    presents = list(membres_presents(saisine.service_id, aujourd_hui))
    siens = [compte for compte in presents if compte.pk == saisine.attribuee_a_id] or presents
    page = page_de_la_demande(saisine.demande_id)
    for compte in siens:
        courriels.annoncer(compte, phrase, page)
    if not siens:
        _annoncer_a_un_service(saisine.service, page, phrase, aujourd_hui)


def annoncer_au_demandeur(saisine: Saisine, phrase: str, aujourd_hui: date) -> None:
    """Queue a mail to the author of the question if present in the asking service; else to that service."""
    demande, page = saisine.demande, page_de_la_demande(saisine.demande_id)
    auteur = membres_presents(demande.service_id, aujourd_hui).filter(pk=numero_de(demande.auteur)).first()
    if auteur is not None:
        courriels.annoncer(auteur, phrase, page)
    else:
        _annoncer_a_un_service(demande.service, page, phrase, aujourd_hui)


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


def _annoncer_a_un_service(service: Groupe, page: str, phrase: str, aujourd_hui: date) -> None:
    """To its mailbox; without one, to its present members; if none is present, to all its members."""
    if service.courriel:
        annoncer_au_service(service.pk, page, phrase)
        return
    for compte in membres_presents(service.pk, aujourd_hui) or membres(service.pk):
        courriels.annoncer(compte, phrase, page)


def annoncer_a(compte: Compte, saisine: Saisine, phrase: str) -> None:
    """Queue a mail to a member of the service asked."""
    courriels.annoncer(compte, phrase, page_de_la_demande(saisine.demande_id))


def membres(service: int) -> QuerySet[Compte]:
    """Current members of a service."""
    tenues = {"groupe": service, "fin": None, "suspendue_le": None}
    siennes = Appartenance.objects.filter(**tenues)
    return Compte.objects.filter(pk__in=siennes.values("compte"), desactive_le=None).order_by("nom", "prenom", "pk")


def membres_presents(service: int, aujourd_hui: date) -> QuerySet[Compte]:
    """Current members of a service who have not announced an absence."""
    return membres(service).exclude(absence__jusqu_au__gte=aujourd_hui)


def numero_de(identifiant: str) -> int:
    """Number of an account from its opaque identifier; 0 for a pseudonym."""
    chiffres = identifiant.removeprefix("c")
    return int(chiffres) if chiffres.isascii() and chiffres.isdigit() else 0
