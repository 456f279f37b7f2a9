"""``/budget``, public, and the account keeper's main pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django import forms
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
from fce.socle.web.gestes import envoi_de, tenter
from fce.socle.web.routes import Qui, Voie, acces

TENEURS = (Mandats.BUDGET,)
"""Account keepers: the only ones who read the accounts, beyond what is public; the team does not."""


def page_a_formulaire(
    request: RequeteConnectee,
    convention: Convention,
    formulaire: forms.Form,
    faire: Callable[[], object],
    *,
    vers: str = "",
    fait: str = "convention-inscrit",
    champ: str = NON_FIELD_ERRORS,
    gabarit: str = "page",
    **contexte: object,
) -> HttpResponse:
    """Show a page and its form; once done, redirect to ``vers``, or back to the page. ``champ``: where a refusal is
    shown."""
    envoi = tenter(formulaire, faire, champ)
    if envoi.fait:
        return revenir(reverse(f"convention:{vers}", args=[convention.pk]) if vers else request.path, fait)
    contexte |= {"convention": convention, "formulaire": formulaire}
    return render(request, f"convention/{gabarit}.html", contexte, status=envoi.status)


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
    formulaire, par = FormulaireConvention(envoi_de(request)), request.compte.identifiant
    envoi = tenter(formulaire, lambda: services.creer(formulaire.cleaned_data, par), "fin")
    if envoi.fait:
        return revenir(reverse("convention:convention", args=[envoi.rendu.pk]), "convention-inscrite")
    return render(request, "convention/nouvelle.html", {"formulaire": formulaire}, status=envoi.status)


@acces(Qui.MANDAT, mandats=TENEURS)
def convention(request: RequeteConnectee, numero: int) -> HttpResponse:
    convention = selectors.trouver_convention(numero)
    contexte = {
        "convention": convention,
        "situation": selectors.situation(convention, paris.aujourd_hui()),
        "avis": convention.avis.all(),
        "copies": selectors.copies_manquantes(convention),
        "comite": selectors.comites_attendus().filter(convention=convention).first(),
    }
    return render(request, "convention/convention.html", contexte)


@acces(Qui.MANDAT, ("GET", "POST"), mandats=TENEURS)
def modifier(request: RequeteConnectee, numero: int) -> HttpResponse:
    convention = selectors.trouver_convention(numero)
    en_place = {champ: getattr(convention, champ) for champ in services.IMPUTATION}
    en_place["vue"] = services.empreinte_de(convention)
    formulaire = FormulaireCorrection(envoi_de(request), initial=en_place)
    dits, par = formulaire.cleaned_data if formulaire.is_valid() else {}, request.compte.identifiant
    envoi = tenter(formulaire, lambda: services.modifier(numero, dits, dits["vue"], par))
    if envoi.fait:
        return revenir(reverse("convention:convention", args=[numero]), "convention-modifiee")
    if formulaire.is_bound:
        # Refused: the page shows the current values, so the next submission refers to them.
        formulaire.data = request.POST.copy()
        formulaire.data["vue"] = en_place["vue"]
    titres = {"titre": "Corriger la convention", "bouton": "Enregistrer"}
    contexte = {"convention": convention, "formulaire": formulaire, **titres}
    return render(request, "convention/page.html", contexte, status=envoi.status)


@acces(Qui.MANDAT, ("GET", "POST"), mandats=TENEURS)
def denoncer(request: RequeteConnectee, numero: int) -> HttpResponse:
    convention = selectors.trouver_convention(numero)
    formulaire, par = FormulairePreavis(envoi_de(request)), request.compte.identifiant
    mois = convention.preavis_mois
    return page_a_formulaire(
        request,
        convention,
        formulaire,
        lambda: services.finir(numero, **formulaire.cleaned_data, par=par),
        titre="Mettre fin à la convention",
        intro=f"Le préavis est de {mois} mois : plus rien ne s’engage après sa prise d’effet.",
        bouton="Inscrire le préavis",
        vers="convention",
        fait="convention-denoncee",
        champ="donne_le",
    )


@acces(Qui.MANDAT, mandats=TENEURS)
def etat(request: RequeteConnectee, numero: int) -> HttpResponse:
    convention = selectors.trouver_convention(numero)
    depenses = etats.etat_des_depenses(convention, _au(request))
    plafond = depenses.cadre.plafond(depenses.au)
    contexte = {"convention": convention, "etat": depenses, "plafond": plafond, "edite_le": paris.aujourd_hui()}
    return render(request, "convention/etat.html", contexte)


@acces(Qui.MANDAT, mandats=TENEURS, voie=Voie.FICHIER)
def etat_csv(request: RequeteConnectee, numero: int) -> HttpResponseBase:
    convention = selectors.trouver_convention(numero)
    rangees = etats.rangees_de_l_etat(convention, etats.etat_des_depenses(convention, _au(request)).lignes)
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
