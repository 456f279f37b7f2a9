"""``/gestion/organisations``: organisations and their groups."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render

from fce.droits.comptes import organisations as service
from fce.droits.comptes.models import Groupe, Organisation
from fce.droits.comptes.requete import RequeteConnectee
from fce.service.gestion import formulaires, selectors, services
from fce.service.gestion.views import EQUIPE
from fce.socle.base.lignes import trouver_ligne
from fce.socle.web.gestes import envoi_de, tenter
from fce.socle.web.pages import page_de
from fce.socle.web.routes import Qui, acces


@acces(Qui.MANDAT, ("GET", "POST"), mandats=EQUIPE)
def organisations(request: RequeteConnectee) -> HttpResponse:
    formulaire = formulaires.FormulaireOrganisation(envoi_de(request))
    par = request.compte.identifiant
    envoi = tenter(formulaire, lambda: service.creer(**formulaire.cleaned_data, par=par), "numero")
    if envoi.fait:
        return redirect("gestion:organisation", envoi.rendu.pk)
    contexte = {"page": page_de(request, selectors.organisations()), "formulaire": formulaire}
    return render(request, "gestion/organisations.html", contexte, status=envoi.status)


@acces(Qui.MANDAT, ("GET", "POST"), mandats=EQUIPE)
def organisation(request: RequeteConnectee, numero: int) -> HttpResponse:
    organisation = _organisation(numero)
    formulaire = formulaires.FormulaireGroupe(envoi_de(request))
    par = request.compte.identifiant
    envoi = tenter(formulaire, lambda: service.creer_groupe(organisation, par=par, **formulaire.cleaned_data), "nom")
    if envoi.fait:
        return redirect("gestion:groupe", envoi.rendu.pk)
    groupes = list(selectors.groupes_de(organisation))
    contexte = {"organisation": organisation, "groupes": groupes, "formulaire": formulaire}
    return render(request, "gestion/organisation.html", contexte, status=envoi.status)


@acces(Qui.MANDAT, ("GET", "POST"), mandats=EQUIPE)
def noter_effectif(request: RequeteConnectee, numero: int) -> HttpResponse:
    objet = _organisation(numero)
    formulaire = formulaires.FormulaireEffectif(envoi_de(request), initial={"agents": objet.agents_declares})
    return _geste(request, objet, formulaire, "Agents déclarés", service.modifier_effectif)


@acces(Qui.MANDAT, ("GET", "POST"), mandats=EQUIPE)
def groupe(request: RequeteConnectee, numero: int) -> HttpResponse:
    groupe = _groupe(numero)
    formulaire = formulaires.FormulaireGestionnaire(envoi_de(request))
    envoi = tenter(
        formulaire,
        lambda: services.designer_gestionnaire(groupe, formulaire.cleaned_data["courriel"], request.compte),
        "courriel",
    )
    if envoi.fait:
        return redirect("gestion:groupe", numero)
    contexte = {
        "groupe": groupe,
        "membres": groupe.appartenances.select_related("compte").filter(fin=None).order_by("-gestionnaire", "id")[:500],
        "attendus": groupe.invitations.filter(acceptee_le=None, annulee_le=None).count(),
        "formulaire": formulaire,
    }
    return render(request, "gestion/groupe.html", contexte, status=envoi.status)


@acces(Qui.MANDAT, ("GET", "POST"), mandats=EQUIPE)
def renommer(request: RequeteConnectee, genre: str, numero: int) -> HttpResponse:
    objet = _objet(genre, numero)
    formulaire = formulaires.FormulaireNom(envoi_de(request), initial={"nom": objet.nom})
    return _geste(request, objet, formulaire, "Renommer", service.renommer)


@acces(Qui.MANDAT, ("GET", "POST"), mandats=EQUIPE)
def fermer(request: RequeteConnectee, genre: str, numero: int) -> HttpResponse:
    formulaire = formulaires.FormulaireFermeture(envoi_de(request))
    return _geste(request, _objet(genre, numero), formulaire, "Fermer", service.fermer)


@acces(Qui.MANDAT, ("POST",), mandats=EQUIPE)
def rouvrir(request: RequeteConnectee, genre: str, numero: int) -> HttpResponse:
    service.rouvrir(_objet(genre, numero), request.compte.identifiant)
    return redirect(f"gestion:{genre}", numero)


def _geste(
    request: RequeteConnectee,
    objet: Organisation | Groupe,
    formulaire: forms.Form,
    titre: str,
    faire: Callable[..., object],
) -> HttpResponse:
    """Show a form, call a service with the object and the fields, redirect to the object."""
    genre, par = "organisation" if isinstance(objet, Organisation) else "groupe", request.compte.identifiant
    (champ,) = formulaire.fields
    envoi = tenter(formulaire, lambda: faire(objet, par=par, **formulaire.cleaned_data), champ)
    if envoi.fait:
        return redirect(f"gestion:{genre}", objet.pk)
    contexte = {"objet": objet, "genre": genre, "titre": titre, "formulaire": formulaire}
    return render(request, "gestion/geste.html", contexte, status=envoi.status)


def _objet(genre: str, numero: int) -> Organisation | Groupe:
    return _organisation(numero) if genre == "organisation" else _groupe(numero)


def _organisation(numero: int) -> Organisation:
    return trouver_ligne(Organisation.objects, numero, "Cette organisation n’existe pas.")


def _groupe(numero: int) -> Groupe:
    return trouver_ligne(Groupe.objects.select_related("organisation"), numero, "Ce groupe n’existe pas.")
