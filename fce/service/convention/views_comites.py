"""Committees: calendar, printed file, minutes, questions."""

from __future__ import annotations

from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from fce.droits.comptes.requete import RequeteConnectee
from fce.service.convention import etats, formulaires, selectors, suivi
from fce.service.convention.models import DecisionAttendue
from fce.service.convention.views import TENEURS
from fce.service.convention.views_livre import page_a_formulaire
from fce.socle.erreurs import Introuvable
from fce.socle.texte import paris
from fce.socle.web.faits import revenir
from fce.socle.web.gestes import FAIT, tenter
from fce.socle.web.offres import offres
from fce.socle.web.routes import Qui, acces


@acces(Qui.MANDAT, ("GET", "POST"), mandats=TENEURS)
def comites(request: RequeteConnectee, numero: int) -> HttpResponse:
    lue = selectors.trouver_convention(numero)
    formulaire = formulaires.FormulaireComitePrevu(request.POST if request.method == "POST" else None)
    status, par = 200, request.compte.identifiant
    if request.method == "POST":
        status = tenter(
            formulaire, "prevu_le", lambda: suivi.ajouter_comite(numero, formulaire.cleaned_data["prevu_le"], par)
        )
        if status == FAIT:
            return revenir(reverse("convention:comites", args=[numero]), "convention-inscrit")
    contexte = {
        "convention": lue,
        "comites": lue.comites.all(),
        "ouvertes": selectors.decisions_ouvertes(lue, paris.aujourd_hui()),
        "prises": lue.decisions.exclude(prise_le=None).order_by("-prise_le"),
        "aujourd_hui": paris.aujourd_hui(),
        "formulaire": formulaire,
    }
    return render(request, "convention/comites.html", contexte, status=status)


@acces(Qui.MANDAT, ("GET", "POST"), mandats=TENEURS)
def comite(request: RequeteConnectee, numero: int, comite: int) -> HttpResponse:
    lue = selectors.trouver_convention(numero)
    trouve = selectors.trouver_comite(lue, comite)
    formulaire = formulaires.FormulaireComite(
        request.POST if request.method == "POST" else None, initial={"tenu_le": trouve.prevu_le}
    )
    status, par = 200, request.compte.identifiant
    if request.method == "POST":
        status = tenter(
            formulaire, NON_FIELD_ERRORS, lambda: suivi.noter_comite(numero, comite, formulaire.cleaned_data, par)
        )
        if status == FAIT:
            return revenir(reverse("convention:comites", args=[numero]), "convention-inscrit")
    contexte = {"convention": lue, "comite": trouve, "formulaire": formulaire}
    return render(request, "convention/comite.html", contexte, status=status)


@acces(Qui.MANDAT, mandats=TENEURS)
def dossier(request: RequeteConnectee, numero: int, comite: int) -> HttpResponse:
    """The printed file of a committee: impact, budget, open questions."""
    lue = selectors.trouver_convention(numero)
    trouve = selectors.trouver_comite(lue, comite)
    aujourd_hui = paris.aujourd_hui()
    mesurer = offres().impact
    au = min(trouve.tenu_le or aujourd_hui, aujourd_hui)
    contexte = {
        "convention": lue,
        "comite": trouve,
        "etat": etats.etat_des_depenses(lue, au),
        "situation": selectors.situation(lue, au),
        "impact": mesurer(lue.debut, au) if mesurer else None,
        "ouvertes": selectors.decisions_ouvertes(lue, au),
        "edite_le": aujourd_hui,
    }
    return render(request, "convention/dossier.html", contexte)


@acces(Qui.MANDAT, ("GET", "POST"), mandats=TENEURS)
def question(request: RequeteConnectee, numero: int) -> HttpResponse:
    lue = selectors.trouver_convention(numero)
    formulaire = formulaires.FormulaireDecisionAttendue(request.POST if request.method == "POST" else None)
    return page_a_formulaire(
        request,
        "convention:comites",
        lue,
        formulaire,
        lambda: suivi.ajouter_decision(numero, formulaire.cleaned_data["question"], request.compte.identifiant),
        {"titre": "Poser une question au comité", "bouton": "Poser"},
    )


@acces(Qui.MANDAT, ("GET", "POST"), mandats=TENEURS)
def noter_decision(request: RequeteConnectee, numero: int, decision: int) -> HttpResponse:
    lue = selectors.trouver_convention(numero)
    attendue = DecisionAttendue.objects.filter(convention=lue, pk=decision).first()
    if attendue is None:
        raise Introuvable("Cette décision n’est pas attendue.")
    formulaire = formulaires.FormulaireDecisionPrise(request.POST if request.method == "POST" else None)
    par = request.compte.identifiant
    return page_a_formulaire(
        request,
        "convention:comites",
        lue,
        formulaire,
        lambda: suivi.noter_decision(numero, decision, **formulaire.cleaned_data, par=par),
        {"titre": "Inscrire une décision", "intro": attendue.question, "bouton": "Inscrire"},
    )
