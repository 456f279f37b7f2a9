"""``/contradictions``: the rules. ``/depot/contradictions``: those of a producer, for its data officers."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from fce.comptes.mandats import Mandats
from fce.comptes.requete import RequeteConnectee
from fce.portail.contradictions import selectors
from fce.portail.depot.views import responsable
from fce.socle.pages import page_de
from fce.socle.routes import Qui, acces

_MANDATS: Final = (Mandats.DEPOT,)


@acces(Qui.TOUS)
def regles(request: HttpRequest) -> HttpResponse:
    """Show every rule, what it leaves out, and how many units of the country break it."""
    return render(request, "portail/contradictions/regles.html", {"vues": selectors.regles()})


@acces(Qui.MANDAT, mandats=_MANDATS)
def du_producteur(request: RequeteConnectee) -> HttpResponse:
    """Show how many units contradict the officer's data, how many were reported and how fast they were answered."""
    vues = selectors.regles_de(responsable(request))
    return render(request, "portail/contradictions/du_producteur.html", {"vues": vues})


@acces(Qui.MANDAT, mandats=_MANDATS)
def liste(request: RequeteConnectee, code: str) -> HttpResponse:
    """List by number the units of a rule between open registers."""
    qui = responsable(request)
    regle = selectors.regle_de(qui, code)
    page = page_de(request, selectors.relevees(regle), selectors.PAR_PAGE)
    recus = selectors.signalees(regle, [x.siren for x in page], qui)
    contexte = {
        "regle": regle,
        "page": page,
        "comptage": selectors.compte_de(regle),
        "lignes": [(x, recus.get(x.siren)) for x in page],
    }
    return render(request, "portail/contradictions/liste.html", contexte)
