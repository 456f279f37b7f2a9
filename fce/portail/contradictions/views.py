"""``/contradictions``: the rules; ``/contradictions/territoire``: what breaks them where an agent works;
``/depot/contradictions``: the rules of a producer, for its data officers."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from fce.comptes.mandats import Mandats
from fce.comptes.requete import RequeteConnectee
from fce.contradictions.regles import REGLES
from fce.droits.demande import lecteur_de
from fce.portail.contradictions import selectors
from fce.portail.depot.views import responsable
from fce.referentiels import territoires
from fce.socle.pages import page_de
from fce.socle.routes import Qui, acces

_MANDATS: Final = (Mandats.DEPOT,)


@acces(Qui.TOUS)
def regles(request: HttpRequest) -> HttpResponse:
    """Show every rule, what it leaves out, and how many units of the country break it."""
    return render(request, "portail/contradictions/regles.html", {"vues": selectors.regles()})


@acces(Qui.AGENT)
def du_territoire(request: RequeteConnectee) -> HttpResponse:
    """List the units of the agent's départements that break a rule between open registers."""
    lecteur = lecteur_de(request)
    la = selectors.territoire_de(lecteur.acteur, lecteur.maintenant, request.GET.get("departement", ""))
    code = request.GET.get("regle", "")
    page = page_de(request, selectors.du_territoire(la, code), selectors.PAR_PAGE)
    comptes = selectors.comptes_par_regle(la)
    choisie = next((regle for regle, _ in comptes if regle.code == code), None)
    contexte = {
        "page": page,
        "lignes": selectors.lignes_du_territoire(page),
        "comptes": comptes,
        "choisie": choisie,
        "choisi": la.choisi,
        "departement": territoires.departement(la.choisi),
        "departements": [d for d in territoires.departements() if la.departements is None or d.code in la.departements],
        "fermees": [regle for regle in REGLES if not regle.ouverte],
        "suite": urlencode({"departement": la.choisi, "regle": choisie.code if choisie else ""}),
    }
    return render(request, "portail/contradictions/du_territoire.html", contexte)


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
