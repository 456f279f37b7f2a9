"""``/gestion/signalements``: error reports that no data officer handles."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from fce.droits.comptes.requete import RequeteConnectee
from fce.service.gestion.files import file_par_etat
from fce.service.gestion.views import EQUIPE
from fce.service.portail.signalements import selectors
from fce.service.portail.signalements.etats import EtatSignalement
from fce.service.portail.signalements.formulaires import faire_le_geste
from fce.socle.web.faits import revenir
from fce.socle.web.routes import Qui, acces


@acces(Qui.MANDAT, mandats=EQUIPE)
def file(request: RequeteConnectee) -> HttpResponse:
    contexte = file_par_etat(request, selectors.de_l_equipe(), EtatSignalement, EtatSignalement.RECU)
    return render(request, "gestion/signalements.html", {**contexte, "vus": selectors.vus(contexte["page"])})


@acces(Qui.MANDAT, ("GET", "POST"), mandats=EQUIPE)
def repondre(request: RequeteConnectee, numero: int) -> HttpResponse:
    signalement = selectors.signalement(numero)
    envoi, formulaire, conflit = faire_le_geste(request, signalement, request.compte.identifiant)
    if envoi.fait:
        return revenir(reverse("gestion:signalement", args=[numero]), "signalement-traite")
    (vu,) = selectors.vus([selectors.signalement(numero) if conflit else signalement])
    contexte = {"vu": vu, "formulaire": formulaire, "conflit": conflit}
    return render(request, "gestion/signalement.html", contexte, status=envoi.status)
