"""``/nouveautes``, ``/feuille-de-route``, ``/panel``: news, roadmap, panel."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from fce.droits.comptes.requete import RequeteConnectee, compte_de
from fce.service.portail.models import AbonnementNouvelles, Nouveaute, PointFeuilleDeRoute, VolontaireRecherche
from fce.service.portail.nouvelles import services
from fce.service.portail.nouvelles.etats import EtatPoint
from fce.socle.base.roles import Role
from fce.socle.web.faits import revenir
from fce.socle.web.gestes import envoi_de, tenter
from fce.socle.web.pages import page_de
from fce.socle.web.routes import Qui, acces


class FormulairePanel(forms.Form):
    metier = forms.CharField(
        label="Votre métier",
        max_length=120,
        help_text="En quelques mots, sans votre nom : « inspectrice du travail », « chef d’entreprise »…",
        error_messages={"required": "Dites votre métier."},
    )


@acces(Qui.TOUS)
def nouveautes(request: HttpRequest) -> HttpResponse:
    """Show the news, latest first, and whether the account is subscribed."""
    compte = compte_de(request)
    publiees = Nouveaute.objects.exclude(publiee_le=None).order_by("-publiee_le", "-id")
    abonne = compte is not None and AbonnementNouvelles.objects.filter(compte=compte).exists()
    contexte = {"page": page_de(request, publiees, 10), "abonne": abonne}
    return render(request, "portail/nouvelles/nouveautes.html", contexte)


@acces(Qui.CONNECTE, ("POST",))
def abonnement(request: RequeteConnectee) -> HttpResponse:
    voulu = request.POST.get("geste") == "recevoir"
    services.modifier_abonnement(request.compte, voulu)
    return revenir(reverse("portail:nouveautes"), "nouvelles-abonne" if voulu else "nouvelles-arretees")


# A mail program unsubscribes its reader (RFC 8058) without session or CSRF token: the secret of the URL is the proof.
@acces(Qui.TOUS, ("GET", "POST"), role=Role.COMPTES)
@csrf_exempt
def arreter(request: HttpRequest, jeton: str) -> HttpResponse:
    """Unsubscribe by link, without signing in. GET changes nothing, because mail scanners open links."""
    services.lire_jeton(jeton)
    if request.method == "POST":
        services.retirer_abonnement_par_jeton(jeton)
        return revenir(reverse("portail:nouveautes"), "nouvelles-arretees")
    reponse = render(request, "portail/nouvelles/arret.html")
    reponse["Referrer-Policy"] = "no-referrer"
    return reponse


@acces(Qui.TOUS)
def feuille_de_route(request: HttpRequest) -> HttpResponse:
    points = list(PointFeuilleDeRoute.objects.all()[:300])
    groupes = [(etat.label, [p for p in points if p.etat == etat]) for etat in EtatPoint]
    return render(request, "portail/nouvelles/feuille_de_route.html", {"groupes": [g for g in groupes if g[1]]})


@acces(Qui.CONNECTE, ("GET", "POST"))
def panel(request: RequeteConnectee) -> HttpResponse:
    moi = request.compte
    if request.POST.get("geste") == "quitter":
        services.retirer_du_panel(moi)
        return revenir(reverse("portail:panel"), "panel-quitte")
    inscrit = VolontaireRecherche.objects.filter(compte=moi).first()
    depart = {"metier": inscrit.metier} if inscrit else {}
    formulaire = FormulairePanel(envoi_de(request), initial=depart)
    envoi = tenter(formulaire, lambda: services.ajouter_au_panel(moi, formulaire.cleaned_data["metier"]), "metier")
    if envoi.fait:
        return revenir(reverse("portail:panel"), "panel-inscrit")
    contexte = {"formulaire": formulaire, "inscrit": inscrit}
    return render(request, "portail/nouvelles/panel.html", contexte, status=envoi.status)
