"""``/gestion/textes``, ``/gestion/bandeaux``, ``/gestion/avis``."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from fce.droits.comptes.requete import RequeteConnectee
from fce.service.gestion import formulaires, services
from fce.service.gestion.views import EQUIPE
from fce.service.portail.models import Bandeau, RetourUtilisateur, TexteDePage
from fce.service.portail.nouvelles.versions import versions_de
from fce.socle.web.gestes import envoi_de, tenter
from fce.socle.web.pages import page_de
from fce.socle.web.routes import Qui, acces


@acces(Qui.MANDAT, ("GET", "POST"), mandats=EQUIPE)
def textes(request: RequeteConnectee) -> HttpResponse:
    en_place = dict(TexteDePage.objects.values_list("cle", "contenu"))
    formulaire = formulaires.FormulaireTextes(envoi_de(request), initial=en_place)
    if request.method == "POST" and formulaire.is_valid():
        for cle, contenu in formulaire.cleaned_data.items():
            if contenu.strip() != en_place.get(cle, ""):
                services.ecrire_texte(cle, contenu, request.compte.identifiant)
        return redirect("gestion:textes")
    contexte = {
        "formulaire": formulaire,
        "cles": [(f"texte-{cle}", titre.partition(" (")[0]) for cle, titre in TexteDePage.Cle.choices],
    }
    return render(request, "gestion/textes.html", contexte, status=400 if formulaire.errors else 200)


@acces(Qui.MANDAT, mandats=EQUIPE)
def versions(request: RequeteConnectee, objet: str) -> HttpResponse:
    contexte = {"objet": objet, "page": page_de(request, versions_de(objet), 20)}
    return render(request, "gestion/versions.html", contexte)


@acces(Qui.MANDAT, ("GET", "POST"), mandats=EQUIPE)
def bandeaux(request: RequeteConnectee) -> HttpResponse:
    maintenant = timezone.now()
    proposes = {"debut": maintenant, "fin": maintenant + timedelta(days=1)}
    formulaire = formulaires.FormulaireBandeau(envoi_de(request), initial=proposes)
    par = request.compte.identifiant
    envoi = tenter(formulaire, lambda: services.ajouter_bandeau(**formulaire.cleaned_data, par=par), "fin")
    if envoi.fait:
        return redirect("gestion:bandeaux")
    contexte = {"page": page_de(request, Bandeau.objects.all()), "maintenant": maintenant, "formulaire": formulaire}
    return render(request, "gestion/bandeaux.html", contexte, status=envoi.status)


@acces(Qui.MANDAT, ("POST",), mandats=EQUIPE)
def retirer_bandeau(request: RequeteConnectee, numero: int) -> HttpResponse:
    services.retirer_bandeau(numero, request.compte.identifiant)
    return redirect("gestion:bandeaux")


@acces(Qui.MANDAT, mandats=EQUIPE)
def avis(request: RequeteConnectee) -> HttpResponse:
    comptes = dict(RetourUtilisateur.objects.order_by().values_list("trouve").annotate(nombre=Count("pk")))
    contexte = {
        "page": page_de(request, RetourUtilisateur.objects.all()),
        "reponses": [(titre, comptes.get(cle, 0)) for cle, titre in RetourUtilisateur.Trouve.choices],
    }
    return render(request, "gestion/avis.html", contexte)


@acces(Qui.MANDAT, ("POST",), mandats=EQUIPE)
def noter_lecture(request: RequeteConnectee, numero: int) -> HttpResponse:
    services.noter_lecture(numero, request.compte.identifiant)
    return redirect("gestion:avis")
