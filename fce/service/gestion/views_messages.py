"""``/gestion/messages``: messages to the team."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from fce.droits.comptes.requete import RequeteConnectee
from fce.service.gestion.files import file_par_etat
from fce.service.gestion.views import EQUIPE
from fce.service.portail.contact.etats import ASSISTANCE, EtatAssistance, GesteAssistance
from fce.service.portail.contact.formulaires import faire_le_geste
from fce.service.portail.contact.services import MESSAGE_INCONNU
from fce.service.portail.models import DemandeAssistance
from fce.socle.base.lignes import trouver_ligne
from fce.socle.web.faits import revenir
from fce.socle.web.routes import Qui, acces


@acces(Qui.MANDAT, mandats=EQUIPE)
def file(request: RequeteConnectee) -> HttpResponse:
    contexte = file_par_etat(request, DemandeAssistance.objects.all(), EtatAssistance, EtatAssistance.RECUE)
    return render(request, "gestion/messages.html", contexte)


@acces(Qui.MANDAT, ("GET", "POST"), mandats=EQUIPE)
def repondre(request: RequeteConnectee, numero: int) -> HttpResponse:
    demande = trouver_ligne(DemandeAssistance.objects, numero, MESSAGE_INCONNU)
    envoi, formulaire, conflit = faire_le_geste(request, demande, request.compte.identifiant)
    if envoi.fait:
        return revenir(reverse("gestion:message", args=[numero]), "message-traite")
    if conflit:
        demande = trouver_ligne(DemandeAssistance.objects, numero, MESSAGE_INCONNU)
    contexte = {
        "demande": demande,
        "ouverte": demande.etat in ASSISTANCE.ouverts,
        "a_prendre": GesteAssistance.PRENDRE in ASSISTANCE.possibles(demande.etat),
        "formulaire": formulaire,
        "conflit": conflit,
    }
    return render(request, "gestion/message.html", contexte, status=envoi.status)
