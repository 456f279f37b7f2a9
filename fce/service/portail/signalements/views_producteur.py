"""``/depot/signalements``: reports on one's sources, for data officers."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from fce.droits.comptes.mandats import Mandats
from fce.droits.comptes.requete import RequeteConnectee
from fce.service.portail.depot.views import responsable
from fce.service.portail.signalements import selectors
from fce.service.portail.signalements.etats import SIGNALEMENTS, EtatSignalement
from fce.service.portail.signalements.formulaires import faire_le_geste
from fce.service.portail.signalements.selectors import PAR_PAGE
from fce.socle.web.faits import revenir
from fce.socle.web.pages import page_de
from fce.socle.web.routes import Qui, acces

_MANDATS: Final = (Mandats.DEPOT,)
_TOUS: Final = "tous"


@acces(Qui.MANDAT, mandats=_MANDATS)
def recus(request: RequeteConnectee) -> HttpResponse:
    """Show the reports on the officer's sources, pending ones by default."""
    qui = responsable(request)
    sources = selectors.sources_signalables(qui)
    etat, source = request.GET.get("etat", ""), request.GET.get("source", "")
    choix = {"": "À traiter", **{e.value: str(e.label).capitalize() for e in EtatSignalement}, _TOUS: "Tous"}
    etat, source = etat if etat in choix else "", source if source in sources else ""
    voulus = {"": tuple(SIGNALEMENTS.ouverts), _TOUS: ()}.get(etat, (etat,))
    page = page_de(request, selectors.signalements_de(qui, voulus, source), PAR_PAGE)
    contexte = {
        "page": page,
        "vus": selectors.vus(page),
        "etats": choix.items(),
        "etat": etat,
        "sources": sources.items(),
        "source": source,
        "suite": urlencode({"source": source}) if source else "",
    }
    return render(request, "portail/signalements/recus.html", contexte)


@acces(Qui.MANDAT, ("GET", "POST"), mandats=_MANDATS)
def recu(request: RequeteConnectee, numero: int) -> HttpResponse:
    """Show a report, take it in charge or answer it."""
    qui = responsable(request)
    signalement = selectors.signalement_de(qui, numero)
    envoi, formulaire, conflit = faire_le_geste(request, signalement, qui.par)
    if envoi.fait:
        return revenir(reverse("portail:depot-signalement", args=[numero]), "signalement-traite")
    (vu,) = selectors.vus([selectors.signalement_de(qui, numero) if conflit else signalement])
    contexte = {"vu": vu, "formulaire": formulaire, "conflit": conflit}
    return render(request, "portail/signalements/recu.html", contexte, status=envoi.status)
