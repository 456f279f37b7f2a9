"""``/producteurs/<code>``: data of an institution, for everyone; their uses, for its data officers."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from fce.droits.comptes.mandats import Mandats
from fce.droits.comptes.requete import RequeteConnectee, compte_de
from fce.droits.comptes.selectors import mandats_de
from fce.droits.habilitations.requete import lecteur_de_la_page
from fce.service.portail.depot.views import responsable
from fce.service.portail.producteurs import selectors
from fce.socle.web.routes import Qui, acces

_MANDATS: Final = (Mandats.DEPOT,)


@acces(Qui.TOUS)
def producteurs(request: HttpRequest) -> HttpResponse:
    return render(request, "portail/producteurs/producteurs.html", {"producteurs": selectors.producteurs()})


@acces(Qui.TOUS)
def producteur(request: HttpRequest, code: str) -> HttpResponse:
    """Show a producer's data sets, their freshness and quality, the error reports."""
    producteur, sources = selectors.producteur(code)
    compte = compte_de(request)
    contexte = {
        "producteur": producteur,
        "jeux": selectors.jeux(sources, lecteur_de_la_page(request)),
        "signalements": selectors.signalements(code),
        "sien": compte is not None and compte.agent and code in mandats_de(compte).get(Mandats.DEPOT, ()),
    }
    return render(request, "portail/producteurs/producteur.html", contexte)


@acces(Qui.MANDAT, mandats=_MANDATS)
def usages(request: RequeteConnectee, code: str) -> HttpResponse:
    """Show the uses of the producer's data by month, service and purpose, and the unknown numbers of its files."""
    producteur, sources = selectors.du_responsable(responsable(request), code)
    contexte = {
        "producteur": producteur,
        "jeux": selectors.jeux(sources, lecteur_de_la_page(request), siens=True),
        "mois": selectors.mois_d_usage(sources),
    }
    return render(request, "portail/producteurs/usages.html", contexte)
