"""Committees: calendar, printed file, minutes, questions."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from fce.droits.comptes.requete import RequeteConnectee
from fce.service.convention import etats, formulaires, selectors, suivi
from fce.service.convention.views import TENEURS, page_a_formulaire
from fce.socle.base.lignes import trouver_ligne
from fce.socle.texte import paris
from fce.socle.web.gestes import envoi_de
from fce.socle.web.offres import offres
from fce.socle.web.routes import Qui, acces


@acces(Qui.MANDAT, ("GET", "POST"), mandats=TENEURS)
def comites(request: RequeteConnectee, numero: int) -> HttpResponse:
    convention = selectors.trouver_convention(numero)
    formulaire, par = formulaires.FormulaireComitePrevu(envoi_de(request)), request.compte.identifiant
    return page_a_formulaire(
        request,
        convention,
        formulaire,
        lambda: suivi.ajouter_comite(numero, formulaire.cleaned_data["prevu_le"], par),
        champ="prevu_le",
        gabarit="comites",
        comites=convention.comites.all(),
        ouvertes=selectors.decisions_ouvertes(convention, paris.aujourd_hui()),
        prises=convention.decisions.exclude(prise_le=None).order_by("-prise_le"),
        aujourd_hui=paris.aujourd_hui(),
    )


@acces(Qui.MANDAT, ("GET", "POST"), mandats=TENEURS)
def comite(request: RequeteConnectee, numero: int, comite: int) -> HttpResponse:
    convention = selectors.trouver_convention(numero)
    trouve = selectors.trouver_comite(convention, comite)
    formulaire = formulaires.FormulaireComite(envoi_de(request), initial={"tenu_le": trouve.prevu_le})
    return page_a_formulaire(
        request,
        convention,
        formulaire,
        lambda: suivi.noter_comite(numero, comite, formulaire.cleaned_data, request.compte.identifiant),
        vers="comites",
        gabarit="comite",
        comite=trouve,
    )


@acces(Qui.MANDAT, mandats=TENEURS)
def dossier(request: RequeteConnectee, numero: int, comite: int) -> HttpResponse:
    """The printed file of a committee: impact, budget, open questions."""
    convention = selectors.trouver_convention(numero)
    trouve = selectors.trouver_comite(convention, comite)
    aujourd_hui = paris.aujourd_hui()
    mesurer = offres().impact
    au = min(trouve.tenu_le or aujourd_hui, aujourd_hui)
    contexte = {
        "convention": convention,
        "comite": trouve,
        "etat": etats.etat_des_depenses(convention, au),
        "situation": selectors.situation(convention, au),
        "impact": mesurer(convention.debut, au) if mesurer else None,
        "ouvertes": selectors.decisions_ouvertes(convention, au),
        "edite_le": aujourd_hui,
    }
    return render(request, "convention/dossier.html", contexte)


@acces(Qui.MANDAT, ("GET", "POST"), mandats=TENEURS)
def question(request: RequeteConnectee, numero: int) -> HttpResponse:
    convention = selectors.trouver_convention(numero)
    formulaire = formulaires.FormulaireDecisionAttendue(envoi_de(request))
    return page_a_formulaire(
        request,
        convention,
        formulaire,
        lambda: suivi.ajouter_decision(numero, formulaire.cleaned_data["question"], request.compte.identifiant),
        vers="comites",
        titre="Poser une question au comité",
        bouton="Poser",
    )


@acces(Qui.MANDAT, ("GET", "POST"), mandats=TENEURS)
def noter_decision(request: RequeteConnectee, numero: int, decision: int) -> HttpResponse:
    convention = selectors.trouver_convention(numero)
    attendue = trouver_ligne(convention.decisions, decision, "Cette décision n’est pas attendue.")
    formulaire = formulaires.FormulaireDecisionPrise(envoi_de(request))
    par = request.compte.identifiant
    return page_a_formulaire(
        request,
        convention,
        formulaire,
        lambda: suivi.noter_decision(numero, decision, **formulaire.cleaned_data, par=par),
        vers="comites",
        titre="Inscrire une décision",
        intro=attendue.question,
        bouton="Inscrire",
    )
