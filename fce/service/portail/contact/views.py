"""``/contact``: write to the team; ``/mes-messages``, ``/contact/suivi/<secret>``: follow one's messages."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from fce.droits.comptes.models import Compte
from fce.droits.comptes.requete import RequeteConnectee, compte_de
from fce.service.portail.contact import services
from fce.service.portail.contact.etats import SujetAssistance
from fce.service.portail.contact.formulaires import FormulaireAssistance
from fce.service.portail.models import DemandeAssistance
from fce.socle.base.roles import Role
from fce.socle.erreurs import FCEError
from fce.socle.web.faits import revenir
from fce.socle.web.gestes import tenter
from fce.socle.web.portes import Encombrement, Porte
from fce.socle.web.routes import Qui, acces

PORTE: Final = Porte("contact")


class TropDeMessages(FCEError):
    """Too many messages from one reader, or from all."""

    status = 429
    code = "trop_de_demandes"


@acces(Qui.TOUS, ("GET", "POST"), role=Role.COMPTES)
def contact(request: HttpRequest) -> HttpResponse:
    """Show the ways to reach the team, or file a message."""
    compte = compte_de(request)
    sujet = request.GET.get("sujet", "")
    depart = {"sujet": sujet} if sujet in SujetAssistance.values else {}
    if request.method != "POST":
        return _page(request, FormulaireAssistance(initial=depart, connecte=compte is not None))
    formulaire = FormulaireAssistance(request.POST, connecte=compte is not None)

    def deposer() -> DemandeAssistance:
        _exiger_patience(compte, getattr(request, "adresse_ip", ""))
        return services.deposer_demande(compte, **formulaire.cleaned_data)

    envoi = tenter(formulaire, deposer, "texte")
    if not envoi.fait:
        return _page(request, formulaire, envoi.status)
    if compte:
        return revenir(reverse("portail:mes-messages"), "message-envoye")
    return revenir(reverse("portail:contact-suivi", args=[services.jeton_de_suivi(envoi.rendu)]), "message-envoye")


@acces(Qui.TOUS, role=Role.COMPTES)
def suivi(request: HttpRequest, jeton: str) -> HttpResponse:
    """Show an anonymous author's message, under its secret link."""
    reponse = render(request, "portail/contact/suivi.html", {"demandes": [services.demande_suivie(jeton)]})
    # The URL is the secret: no Referer.
    reponse["Referrer-Policy"] = "no-referrer"
    reponse["Cache-Control"] = "no-store, private"
    return reponse


@acces(Qui.CONNECTE)
def mes_messages(request: RequeteConnectee) -> HttpResponse:
    siennes = DemandeAssistance.objects.filter(auteur=request.compte.identifiant)[:100]
    return render(request, "portail/contact/suivi.html", {"demandes": list(siennes), "siennes": True})


def _page(request: HttpRequest, formulaire: FormulaireAssistance, status: int = 200) -> HttpResponse:
    contexte = {"formulaire": formulaire, "courriel": settings.FCE_COURRIEL_REPONSE}
    return render(request, "portail/contact/contact.html", contexte, status=status)


def _exiger_patience(compte: Compte | None, adresse: str) -> None:
    match PORTE.prendre(compte.identifiant if compte else "", adresse):
        case Encombrement.LECTEUR:
            raise TropDeMessages("Vous avez déjà envoyé plusieurs messages : réessayez plus tard.", retry_after=3600)
        case Encombrement.TOUS:
            raise TropDeMessages("Trop de messages ont été envoyés aujourd’hui : réessayez demain.", retry_after=86_400)
