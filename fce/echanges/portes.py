"""The exchanges in the bar: who is offered their pages, and how many things wait there."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest

from fce.droits.comptes.requete import compte_de
from fce.droits.habilitations.finalites import Droit
from fce.droits.habilitations.requete import lecteur_a_prevoir, lecteur_de
from fce.echanges.acces import services_a_confirmer
from fce.echanges.demandes.boite import compter_ce_qui_attend
from fce.echanges.demandes.genre import DEMANDE
from fce.echanges.finalite import finalites_offertes
from fce.echanges.objets import ObjetEchange
from fce.echanges.visites.semaines import d_ici_dimanche
from fce.socle.web.liens import adresse_de


def porte(route: str, objet: ObjetEchange, droit: Droit) -> Callable[[HttpRequest], str | None]:
    """Path of a page of a kind of exchange; None for who has no right to it, whatever purpose he confirms."""

    def adresse(request: HttpRequest) -> str | None:
        lecteur = lecteur_a_prevoir(request)
        ouverte = lecteur.decider(objet, action=droit) or finalites_offertes(lecteur, objet)
        return adresse_de(route) if ouverte else None

    return adresse


def compter_la_semaine(request: HttpRequest) -> int:
    """Visits that the reader's services still have to do this week."""
    return d_ici_dimanche(lecteur_de(request)).count()


def compter_les_demandes(request: HttpRequest) -> int:
    """Questions that wait for the reader or for one of his services."""
    compte, lecteur = compte_de(request), lecteur_de(request)
    services = services_a_confirmer(lecteur, DEMANDE)
    return compter_ce_qui_attend(services, compte, lecteur.aujourd_hui) if services and compte is not None else 0
