"""``/contradictions``: the rules; ``/contradictions/territoire``: what breaks them where an agent works;
``/depot/contradictions``: the rules of a producer, for its data officers."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from fce.droits.comptes.mandats import Mandats
from fce.droits.comptes.requete import RequeteConnectee
from fce.droits.habilitations.requete import lecteur_de
from fce.referentiels import territoires
from fce.service.portail.contradictions import reservees, selectors
from fce.service.portail.depot.views import responsable
from fce.socle.web.pages import page_de
from fce.socle.web.routes import Qui, Surface, acces

_MANDATS: Final = (Mandats.DEPOT,)


@acces(Qui.TOUS)
def regles(request: HttpRequest) -> HttpResponse:
    """Show every rule, what it leaves out, and how many units of the country break it."""
    return render(request, "portail/contradictions/regles.html", {"vues": selectors.regles()})


@acces(Qui.AGENT, surface=Surface.LISTE)
def du_territoire(request: RequeteConnectee) -> HttpResponse:
    """List the units of the agent's départements that break a rule between open registers; or one rule with a
    restricted register, where he may read it."""
    lecteur = lecteur_de(request)
    la = selectors.territoire_de(lecteur.acteur, lecteur.maintenant, request.GET.get("departement", ""))
    code = request.GET.get("regle", "")
    fermees = reservees.reservees(lecteur)
    reservee = next((r for r in fermees if r.regle.code == code and r.lisible), None)
    trouvees = reservees.relevees(la, reservee) if reservee else selectors.du_territoire(la, code)
    page = page_de(request, trouvees, selectors.PAR_PAGE)
    manquent = selectors.non_comptees([reservee.regle.code] if reservee else selectors.ouvertes(code))
    contradictions = reservees.consignees(lecteur, reservee.regle, page) if reservee and not manquent else [*page]
    comptes = selectors.comptes_par_regle(la)
    choisie = reservee.regle if reservee else next((regle for regle, _ in comptes if regle.code == code), None)
    contexte = {
        "page": page,
        "lignes": selectors.lignes_du_territoire(contradictions),
        "comptes": comptes,
        "choisie": choisie,
        "choisi": la.choisi,
        "departement": territoires.departement(la.choisi),
        "departements": [d for d in territoires.departements() if la.departements is None or d.code in la.departements],
        "reservees": [r.regle for r in fermees if r.lisible],
        "fermees": [r for r in fermees if not r.lisible],
        "reservee": reservee,
        "manquent": manquent,
        "suite": urlencode({"departement": la.choisi, "regle": choisie.code if choisie else ""}),
    }
    reponse = render(request, "portail/contradictions/du_territoire.html", contexte)
    reponse["Cache-Control"] = "no-store"
    return reponse


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
        "lignes": [(x, recus.get(x.siren)) for x, _ in selectors.diffusees(page)],
    }
    return render(request, "portail/contradictions/liste.html", contexte)
