"""The private calendar: the page to create or revoke its address, and the file that programs read."""

from __future__ import annotations

import time
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from fce.droits.comptes.requete import RequeteConnectee
from fce.droits.habilitations.requete import lecteur_de
from fce.echanges.agenda import TYPE_AGENDA, agenda
from fce.echanges.calendrier import services
from fce.echanges.visites.genre import VISITE
from fce.socle.base.roles import Role
from fce.socle.erreurs import Introuvable
from fce.socle.web import jetons
from fce.socle.web.compteurs import Limite, partages
from fce.socle.web.faits import revenir
from fce.socle.web.routes import Qui, Voie, acces

LECTURES: Final = Limite("calendrier", 60, 3600)
"""Readings of one address per hour: a program asks every few minutes at most."""


@acces(Qui.AGENT, ("GET", "POST"))
def calendrier(request: RequeteConnectee) -> HttpResponse:
    """The address of one's calendar; a new secret is only displayed in this answer."""
    lecteur = lecteur_de(request)
    adresse = ""
    if request.method == "POST":
        secret = services.creer(lecteur, request.compte)
        adresse = settings.FCE_ADRESSE_PUBLIQUE.rstrip("/") + reverse("echanges:calendrier-ics", args=[secret])
    permise = bool(lecteur.services(VISITE))
    contexte = {"adresse": adresse, "en_cours": services.en_cours(request.compte), "permise": permise}
    return render(request, "echanges/calendrier.html", contexte)


@acces(Qui.AGENT, ("POST",))
def revoquer(request: RequeteConnectee) -> HttpResponse:
    services.revoquer(request.compte)
    return revenir(reverse("echanges:calendrier"), "calendrier-revoque")


@acces(Qui.JETON, role=Role.AGENTS, voie=Voie.PAGE)
def fichier(request: HttpRequest, secret: str) -> HttpResponse:
    """The calendar of the owner of this address: numbers of visits, weeks, a link."""
    # Beyond the limit, answer as for an unknown address, so that its existence is not revealed.
    if partages().prendre(jetons.empreinte(secret), LECTURES, 1, time.time()):
        raise Introuvable(services.INCONNUE)
    lecteur = services.lecteur_du_secret(secret)
    page = settings.FCE_ADRESSE_PUBLIQUE.rstrip("/") + reverse("echanges:visites")
    entrees = services.entrees(services.visites_par_semaine(lecteur), page, jetons.empreinte(f"uid {secret}")[:16])
    reponse = HttpResponse(agenda(entrees, timezone.now()), content_type=TYPE_AGENDA)
    reponse["Content-Disposition"] = 'inline; filename="fce.ics"'
    reponse["Cache-Control"] = "no-store, private"
    reponse["X-Robots-Tag"] = "noindex"
    return reponse
