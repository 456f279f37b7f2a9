"""``/gestion``: home, requests, pending habilitations, jobs, sessions, events."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from fce.droits.comptes import services as services_des_comptes
from fce.droits.comptes.mandats import Mandats
from fce.droits.comptes.models import DemandeOuverture, Mandat
from fce.droits.comptes.requete import RequeteConnectee
from fce.service.gestion import formulaires, libelles, selectors, services
from fce.socle.base.lignes import trouver_ligne
from fce.socle.web.gestes import envoi_de, tenter
from fce.socle.web.pages import page_de
from fce.socle.web.routes import Qui, acces

EQUIPE = (Mandats.EQUIPE,)


@acces(Qui.MANDAT, mandats=EQUIPE)
def accueil(request: RequeteConnectee) -> HttpResponse:
    return render(request, "gestion/accueil.html", {"comptes": selectors.comptes()})


@acces(Qui.MANDAT, mandats=EQUIPE)
def demandes(request: RequeteConnectee) -> HttpResponse:
    attendent = DemandeOuverture.objects.filter(etat=DemandeOuverture.Etat.RECUE).order_by("id")[:200]
    closes = DemandeOuverture.objects.exclude(etat=DemandeOuverture.Etat.RECUE).order_by("-decidee_le")
    return render(request, "gestion/demandes.html", {"attendent": list(attendent), "page": page_de(request, closes)})


@acces(Qui.MANDAT, ("GET", "POST"), mandats=EQUIPE)
def demande(request: RequeteConnectee, numero: int) -> HttpResponse:
    demande = trouver_ligne(DemandeOuverture.objects.select_related("compte"), numero, "Cette demande n’existe pas.")
    formulaire = formulaires.FormulaireReponseDemande(envoi_de(request))
    acceptee = request.POST.get("geste") == "accepter"
    envoi = tenter(
        formulaire,
        lambda: services.decider(demande, request.compte, acceptee=acceptee, **formulaire.cleaned_data),
        "reponse",
    )
    if envoi.fait:
        return redirect("gestion:demandes")
    return render(request, "gestion/demande.html", {"demande": demande, "formulaire": formulaire}, status=envoi.status)


@acces(Qui.MANDAT, mandats=EQUIPE)
def habilitations(request: RequeteConnectee) -> HttpResponse:
    """Pending habilitations, read-only: the team grants none."""
    contexte = {
        "page": page_de(request, selectors.dossiers_en_attente()),
        "approbateurs": Mandat.objects.filter(role=Mandats.APPROBATEUR, fin=None).count(),
    }
    return render(request, "gestion/habilitations.html", contexte)


@acces(Qui.MANDAT, mandats=EQUIPE)
def travaux(request: RequeteConnectee) -> HttpResponse:
    contexte = {"imports": selectors.imports_en_echec(), "page": page_de(request, selectors.travaux_en_echec())}
    return render(request, "gestion/travaux.html", contexte)


@acces(Qui.MANDAT, ("POST",), mandats=EQUIPE)
def relancer(request: RequeteConnectee, numero: int) -> HttpResponse:
    services.relancer(numero, request.compte.identifiant)
    return redirect("gestion:travaux")


@acces(Qui.MANDAT, ("GET", "POST"), mandats=EQUIPE)
def sessions(request: RequeteConnectee) -> HttpResponse:
    formulaire = formulaires.FormulaireToutRevoquer(envoi_de(request))
    if request.method == "POST" and formulaire.is_valid():
        services_des_comptes.finir_toutes_les_sessions(request.compte.identifiant)
        return redirect("comptes:connexion")
    contexte = {"nombre": selectors.sessions_ouvertes(timezone.now()).count(), "formulaire": formulaire}
    return render(request, "gestion/sessions.html", contexte, status=400 if formulaire.errors else 200)


@acces(Qui.MANDAT, mandats=EQUIPE)
def evenements(request: RequeteConnectee) -> HttpResponse:
    objet, par = request.GET.get("objet", "").strip(), request.GET.get("par", "").strip()
    page = page_de(request, selectors.evenements(objet, par))
    contexte = {"page": page, "evenements": libelles.en_clair(page.object_list), "objet": objet, "par": par}
    return render(request, "gestion/evenements.html", contexte)
