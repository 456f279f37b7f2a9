"""``/budget``, public, and the account keeper's main pages."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date

from fce.droits.comptes.mandats import Mandats
from fce.droits.comptes.requete import RequeteConnectee
from fce.service.convention import etats, selectors, services
from fce.service.convention.formulaires import FormulaireConvention, FormulaireCorrection, FormulairePreavis
from fce.service.convention.models import Convention
from fce.socle.erreurs import ParametreInvalide
from fce.socle.texte import paris
from fce.socle.web.exports import lignes_csv, telecharger_csv
from fce.socle.web.faits import revenir
from fce.socle.web.gestes import FAIT, tenter
from fce.socle.web.routes import Qui, Voie, acces

TENEURS = (Mandats.BUDGET,)
"""Account keepers: the only ones who read the accounts, beyond what is public; the team does not."""


@acces(Qui.TOUS)
def budget(request: HttpRequest) -> HttpResponse:
    return render(request, "convention/budget.html", {"budgets": etats.budgets(paris.aujourd_hui())})


@acces(Qui.TOUS, voie=Voie.FICHIER)
def budget_csv(request: HttpRequest) -> HttpResponseBase:
    """The public budget as CSV, by half-year and kind."""
    rangees = etats.rangees_du_budget(etats.budgets(paris.aujourd_hui()))
    return telecharger_csv("budget.csv", lignes_csv(etats.ENTETES_BUDGET, rangees))


@acces(Qui.MANDAT, mandats=TENEURS)
def liste(request: RequeteConnectee) -> HttpResponse:
    return render(request, "convention/liste.html", {"conventions": Convention.objects.all()})


@acces(Qui.MANDAT, ("GET", "POST"), mandats=TENEURS)
def nouvelle(request: RequeteConnectee) -> HttpResponse:
    formulaire = FormulaireConvention(request.POST if request.method == "POST" else None)
    status, creees = 200, []
    if request.method == "POST":
        par = request.compte.identifiant
        status = tenter(formulaire, "fin", lambda: creees.append(services.creer(formulaire.cleaned_data, par)))
        if status == FAIT:
            return revenir(reverse("convention:convention", args=[creees[0].pk]), "convention-inscrite")
    return render(request, "convention/nouvelle.html", {"formulaire": formulaire}, status=status)


@acces(Qui.MANDAT, mandats=TENEURS)
def convention(request: RequeteConnectee, numero: int) -> HttpResponse:
    lue = selectors.trouver_convention(numero)
    contexte = {
        "convention": lue,
        "situation": selectors.situation(lue, paris.aujourd_hui()),
        "avis": lue.avis.all(),
        "copies": selectors.copies_manquantes(lue),
        "comite": selectors.comites_attendus().filter(convention=lue).first(),
    }
    return render(request, "convention/convention.html", contexte)


@acces(Qui.MANDAT, ("GET", "POST"), mandats=TENEURS)
def modifier(request: RequeteConnectee, numero: int) -> HttpResponse:
    lue = selectors.trouver_convention(numero)
    en_place = {champ: getattr(lue, champ) for champ in services.IMPUTATION} | {"vue": services.empreinte_de(lue)}
    formulaire = FormulaireCorrection(request.POST if request.method == "POST" else None, initial=en_place)
    status, par = 200, request.compte.identifiant
    if request.method == "POST":
        status = tenter(
            formulaire,
            NON_FIELD_ERRORS,
            lambda: services.modifier(numero, formulaire.cleaned_data, formulaire.cleaned_data["vue"], par),
        )
        if status == FAIT:
            return revenir(reverse("convention:convention", args=[numero]), "convention-modifiee")
        # Refused: the page shows the current values, so the next submission refers to them.
        formulaire.data = request.POST.copy()
        formulaire.data["vue"] = en_place["vue"]
    contexte = {"convention": lue, "formulaire": formulaire, "titre": "Corriger la convention", "bouton": "Enregistrer"}
    return render(request, "convention/page.html", contexte, status=status)


@acces(Qui.MANDAT, ("GET", "POST"), mandats=TENEURS)
def denoncer(request: RequeteConnectee, numero: int) -> HttpResponse:
    lue = selectors.trouver_convention(numero)
    formulaire = FormulairePreavis(request.POST if request.method == "POST" else None)
    status, par = 200, request.compte.identifiant
    if request.method == "POST":
        status = tenter(formulaire, "donne_le", lambda: services.finir(numero, **formulaire.cleaned_data, par=par))
        if status == FAIT:
            return revenir(reverse("convention:convention", args=[numero]), "convention-denoncee")
    contexte = {
        "convention": lue,
        "formulaire": formulaire,
        "titre": "Mettre fin à la convention",
        "intro": f"Le préavis est de {lue.preavis_mois} mois : plus rien ne s’engage après sa prise d’effet.",
        "bouton": "Inscrire le préavis",
    }
    return render(request, "convention/page.html", contexte, status=status)


@acces(Qui.MANDAT, mandats=TENEURS)
def etat(request: RequeteConnectee, numero: int) -> HttpResponse:
    lue = selectors.trouver_convention(numero)
    lu = etats.etat_des_depenses(lue, _au(request))
    contexte = {"convention": lue, "etat": lu, "plafond": lu.cadre.plafond(lu.au), "edite_le": paris.aujourd_hui()}
    return render(request, "convention/etat.html", contexte)


@acces(Qui.MANDAT, mandats=TENEURS, voie=Voie.FICHIER)
def etat_csv(request: RequeteConnectee, numero: int) -> HttpResponseBase:
    lue = selectors.trouver_convention(numero)
    rangees = etats.rangees_de_l_etat(lue, etats.etat_des_depenses(lue, _au(request)).lignes)
    return telecharger_csv(f"etat-convention-{numero}.csv", lignes_csv(etats.ENTETES_ETAT, rangees))


def _au(request: HttpRequest) -> date:
    """Return the day asked for (``?au=``), today by default. Raises ParametreInvalide."""
    demande = request.GET.get("au", "")
    try:
        jour = parse_date(demande) if demande else paris.aujourd_hui()
    except ValueError:
        jour = None
    if jour is None:
        raise ParametreInvalide("La date de l’état s’écrit comme 2026-10-31.")
    return jour
