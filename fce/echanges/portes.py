"""The exchanges in the bar: who is offered their pages, and how many things wait there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from django.http import HttpRequest

from fce.droits.comptes.requete import compte_de
from fce.droits.habilitations.finalites import Droit
from fce.droits.habilitations.requete import lecteur_de
from fce.echanges.acces import services_a_confirmer
from fce.echanges.demandes.boite import compter_ce_qui_attend
from fce.echanges.demandes.genre import DEMANDE
from fce.echanges.finalite import finalites_offertes
from fce.echanges.objets import ObjetEchange
from fce.echanges.visites.semaines import d_ici_dimanche

ATTENDENT: Final = "à prendre ou à répondre"


def porte(objet: ObjetEchange, droit: Droit = Droit.CONSULTER) -> Callable[[HttpRequest, str], str | None]:
    """Path of a page of a kind of exchange; None for who has no right to it, whatever purpose he confirms and once his
    second factor is shown: the page asks for both. No query when the page has read his rights."""

    def adresse(request: HttpRequest, page: str) -> str | None:
        lecteur = lecteur_de(request)
        if not lecteur.acteur.habilitations:
            return None
        lecteur = replace(lecteur, acteur=replace(lecteur.acteur, mfa=True))
        return page if lecteur.decider(objet, action=droit) or finalites_offertes(lecteur, objet) else None

    return adresse


def compter_la_semaine(request: HttpRequest) -> int:
    """Visits that the reader's services still have to do this week."""
    return d_ici_dimanche(lecteur_de(request)).count()


def compter_les_demandes(request: HttpRequest) -> int:
    """Questions that wait for the reader or for one of his services."""
    compte, lecteur = compte_de(request), lecteur_de(request)
    services = services_a_confirmer(lecteur, DEMANDE)
    return compter_ce_qui_attend(services, compte, lecteur.aujourd_hui) if services and compte is not None else 0
