"""``/gestion/nouveautes``, ``/gestion/feuille-de-route``, ``/gestion/panel``."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from fce.droits.comptes.requete import RequeteConnectee
from fce.service.gestion.views import EQUIPE
from fce.service.portail.models import AbonnementNouvelles, Nouveaute, PointFeuilleDeRoute, VolontaireRecherche
from fce.service.portail.models.assistance import CONTENU_MAX
from fce.service.portail.nouvelles import services
from fce.service.portail.nouvelles.etats import EtatPoint
from fce.socle.base.lignes import trouver_ligne
from fce.socle.web.faits import revenir
from fce.socle.web.formulaires import ChampEntier, ChampLong
from fce.socle.web.gestes import envoi_de, tenter
from fce.socle.web.pages import page_de
from fce.socle.web.routes import Qui, acces

_INCONNU = "Ce texte n’existe pas."
_MARKDOWN = "En Markdown. Chaque version est gardée."


class FormulaireNouveaute(forms.Form):
    titre = forms.CharField(label="Titre", max_length=160)
    contenu = ChampLong("Texte", _MARKDOWN, lignes=10, max_length=CONTENU_MAX)


class FormulairePoint(forms.Form):
    titre = forms.CharField(label="Titre", max_length=160)
    contenu = ChampLong("Texte", _MARKDOWN, lignes=6, required=False, max_length=CONTENU_MAX)
    etat = forms.ChoiceField(label="État", choices=EtatPoint.choices)
    echeance = forms.CharField(label="Échéance", required=False, max_length=60, help_text="« 1er trimestre 2027 »")
    rang = ChampEntier(label="Rang", min_value=1, max_value=9999, initial=100, help_text="Les petits d’abord.")


@acces(Qui.MANDAT, ("GET", "POST"), mandats=EQUIPE)
def nouveautes(request: RequeteConnectee) -> HttpResponse:
    formulaire, par = FormulaireNouveaute(envoi_de(request)), request.compte.identifiant
    envoi = tenter(formulaire, lambda: services.ecrire_nouveaute(None, **formulaire.cleaned_data, par=par), "contenu")
    if envoi.fait:
        return revenir(reverse("gestion:nouveautes"), "nouveaute-enregistree")
    contexte = {
        "page": page_de(request, Nouveaute.objects.all(), 30),
        "abonnes": AbonnementNouvelles.objects.count(),
        "formulaire": formulaire,
    }
    return render(request, "gestion/nouveautes.html", contexte, status=envoi.status)


@acces(Qui.MANDAT, ("GET", "POST"), mandats=EQUIPE)
def nouveaute(request: RequeteConnectee, numero: int) -> HttpResponse:
    nouveaute = trouver_ligne(Nouveaute.objects, numero, _INCONNU)
    depart = {"titre": nouveaute.titre, "contenu": nouveaute.contenu}
    publie = request.POST.get("geste") in ("publier", "publier-annoncer")
    formulaire = FormulaireNouveaute(depart if publie else envoi_de(request), initial=depart)
    par = request.compte.identifiant

    def faire() -> None:
        if publie:
            services.publier_nouveaute(nouveaute, annoncee=request.POST["geste"] == "publier-annoncer", par=par)
        else:
            services.ecrire_nouveaute(nouveaute, **formulaire.cleaned_data, par=par)

    envoi = tenter(formulaire, faire, "contenu")
    if envoi.fait:
        return revenir(reverse("gestion:nouveaute", args=[numero]), "nouveaute-enregistree")
    contexte = {"nouveaute": nouveaute, "formulaire": formulaire, "abonnes": AbonnementNouvelles.objects.count()}
    return render(request, "gestion/nouveaute.html", contexte, status=envoi.status)


@acces(Qui.MANDAT, ("GET", "POST"), mandats=EQUIPE)
def feuille_de_route(request: RequeteConnectee) -> HttpResponse:
    formulaire, par = FormulairePoint(envoi_de(request)), request.compte.identifiant
    envoi = tenter(formulaire, lambda: services.ecrire_point(None, par=par, **formulaire.cleaned_data), "contenu")
    if envoi.fait:
        return revenir(reverse("gestion:feuille-de-route"), "point-enregistre")
    contexte = {"page": page_de(request, PointFeuilleDeRoute.objects.all(), 50), "formulaire": formulaire}
    return render(request, "gestion/feuille_de_route.html", contexte, status=envoi.status)


@acces(Qui.MANDAT, ("GET", "POST"), mandats=EQUIPE)
def point(request: RequeteConnectee, numero: int) -> HttpResponse:
    point = trouver_ligne(PointFeuilleDeRoute.objects, numero, _INCONNU)
    depart = {nom: getattr(point, nom) for nom in ("titre", "contenu", "etat", "echeance", "rang")}
    formulaire, par = FormulairePoint(envoi_de(request), initial=depart), request.compte.identifiant
    envoi = tenter(formulaire, lambda: services.ecrire_point(point, par=par, **formulaire.cleaned_data), "contenu")
    if envoi.fait:
        return revenir(reverse("gestion:point", args=[numero]), "point-enregistre")
    return render(request, "gestion/point.html", {"point": point, "formulaire": formulaire}, status=envoi.status)


@acces(Qui.MANDAT, mandats=EQUIPE)
def panel(request: RequeteConnectee) -> HttpResponse:
    volontaires = VolontaireRecherche.objects.select_related("compte").filter(compte__desactive_le=None)
    return render(request, "gestion/panel.html", {"page": page_de(request, volontaires, 50)})
