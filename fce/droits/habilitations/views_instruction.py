"""Habilitations for approvers: the queue, each request, its decision. Authors and beneficiaries never approve."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from fce.droits.comptes.mandats import Mandats
from fce.droits.comptes.requete import RequeteConnectee
from fce.droits.habilitations.dossiers import presentation, selectors, services
from fce.droits.habilitations.dossiers.etats import APPROBATEURS, DOSSIERS, OUVRENT, EtatDossier, GesteDossier
from fce.droits.habilitations.formulaires import FormulaireMotif, FormulaireValidation
from fce.droits.habilitations.models import Dossier
from fce.socle.erreurs import ParametreInvalide
from fce.socle.texte import paris
from fce.socle.web.faits import revenir
from fce.socle.web.routes import Qui, acces


@acces(Qui.MANDAT, mandats=[Mandats.APPROBATEUR])
def file(request: RequeteConnectee) -> HttpResponse:
    """Pending requests, or habilitations in another state."""
    voulu = request.GET.get("etat", EtatDossier.SOUMIS)
    if voulu not in EtatDossier.values or voulu == EtatDossier.BROUILLON:
        raise ParametreInvalide("Cet état n’existe pas : choisissez-en un dans la liste.")
    nombres = selectors.nombres_par_etat()
    dossiers = selectors.en_file(voulu)
    contexte = {
        "etats": [(e.value, e.label, nombres.get(e.value, 0)) for e in EtatDossier if e is not EtatDossier.BROUILLON],
        "etat": voulu,
        "dossiers": [{"dossier": d, "mots": presentation.en_mots(d)} for d in dossiers],
        "tronquee": nombres.get(voulu, 0) > len(dossiers),
    }
    return render(request, "droits/file.html", contexte)


@acces(Qui.MANDAT, ("GET", "POST"), mandats=[Mandats.APPROBATEUR])
def instruction(request: RequeteConnectee, numero: int) -> HttpResponse:
    """A request, its history, and the transitions that its state allows."""
    dossier = selectors.dossier_instruit(numero)
    if request.method == "GET":
        return _page(request, dossier)
    geste = _geste(request.POST.get("geste", ""))
    DOSSIERS.suivant(dossier.etat, geste)  # an impossible transition is a 409, whatever the form sends
    par = request.compte.identifiant
    if geste is GesteDossier.VALIDER:
        validation = FormulaireValidation(dossier, paris.aujourd_hui(), request.POST)
        if not validation.is_valid():
            return _page(request, dossier, validation=validation)
        services.valider(
            dossier,
            par,
            debut=validation.cleaned_data["debut"],
            fin=validation.cleaned_data["fin"],
            restriction=validation.restriction(),
        )
    else:
        motif = FormulaireMotif(request.POST)
        if not motif.is_valid():
            return _page(request, dossier, motif=motif)
        services.decider(geste, dossier, par, motif.cleaned_data["motif"])
    return revenir(reverse("droits:instruction", args=[numero]), f"instruction-{geste}")


def _page(
    request: RequeteConnectee,
    dossier: Dossier,
    *,
    validation: FormulaireValidation | None = None,
    motif: FormulaireMotif | None = None,
) -> HttpResponse:
    gestes = DOSSIERS.possibles(dossier.etat, APPROBATEURS)
    auteurs = services.auteurs(dossier)
    ecart = services.ecart(dossier, request.compte.identifiant)
    permis = [g for g in gestes if not (ecart and g in OUVRENT)]
    connus = presentation.noms(auteurs)
    contexte: dict[str, Any] = {
        "dossier": dossier,
        "mots": presentation.en_mots(dossier),
        "histoire": presentation.histoire(dossier),
        "membres": selectors.membres(dossier.groupe),
        "auteurs": sorted(connus.values()),
        "ecart": ecart if any(g in OUVRENT for g in gestes) else "",
        "validation": validation,
        "motif": motif or FormulaireMotif(),
        "gestes": [(g.value, DOSSIERS.gestes[g].libelle) for g in permis if g is not GesteDossier.VALIDER],
    }
    if GesteDossier.VALIDER in permis and validation is None:
        contexte["validation"] = FormulaireValidation(dossier, paris.aujourd_hui())
    status = 400 if (validation and validation.errors) or (motif and motif.errors) else 200
    return render(request, "droits/instruction.html", contexte, status=status)


def _geste(nom: str) -> GesteDossier:
    if nom not in {geste for geste, dit in DOSSIERS.gestes.items() if APPROBATEURS in dit.de}:
        raise ParametreInvalide("Ce geste n’existe pas : choisissez-en un sur la page de l’habilitation.")
    return GesteDossier(nom)
