"""``/gestion/comptes``: find an account by exact address or number, act on it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import redirect, render

from fce.droits.comptes import selectors as lectures, services as service
from fce.droits.comptes.administration import motif
from fce.droits.comptes.mandats import Mandats
from fce.droits.comptes.models import Compte, Mandat
from fce.droits.comptes.requete import RequeteConnectee
from fce.service.gestion import formulaires, libelles, selectors, services
from fce.service.gestion.views import EQUIPE
from fce.socle.base.lignes import trouver_ligne
from fce.socle.web.gestes import tenter
from fce.socle.web.routes import Qui, acces


@acces(Qui.MANDAT, ("GET", "POST"), mandats=EQUIPE)
def chercher(request: RequeteConnectee) -> HttpResponse:
    """Find an account. By POST, so that e-mail addresses appear neither in URLs nor in logs."""
    cherche, trouves = request.POST.get("q", "").strip()[:320], []
    if request.method == "POST":
        trouves = lectures.comptes_designes(cherche)
        if len(trouves) == 1:
            return redirect("gestion:compte", trouves[0].pk)
    contexte = {
        "q": cherche,
        "trouves": trouves,
        "mandats": Mandat.objects.select_related("compte").filter(fin=None).order_by("role", "id")[:300],
    }
    return render(request, "gestion/comptes.html", contexte)


@acces(Qui.MANDAT, mandats=EQUIPE)
def compte(request: RequeteConnectee, numero: int) -> HttpResponse:
    return _page(request, _compte(numero))


@acces(Qui.MANDAT, ("POST",), mandats=EQUIPE)
def desactiver(request: RequeteConnectee, numero: int) -> HttpResponse:
    compte, formulaire = _compte(numero), formulaires.FormulaireFermeture(request.POST)
    return _geste(
        request,
        compte,
        formulaire,
        "motif",
        lambda: services.desactiver(compte, request.compte, formulaire.cleaned_data["motif"]),
    )


@acces(Qui.MANDAT, ("POST",), mandats=EQUIPE)
def reactiver(request: RequeteConnectee, numero: int) -> HttpResponse:
    services.reactiver(_compte(numero), request.compte)
    return redirect("gestion:compte", numero)


@acces(Qui.MANDAT, ("POST",), mandats=EQUIPE)
def finir_sessions(request: RequeteConnectee, numero: int) -> HttpResponse:
    service.finir_les_sessions(_compte(numero), request.compte.identifiant)
    return redirect("gestion:compte", numero)


@acces(Qui.MANDAT, ("POST",), mandats=EQUIPE)
def donner_mandat(request: RequeteConnectee, numero: int) -> HttpResponse:
    compte, formulaire = _compte(numero), formulaires.FormulaireMandat(request.POST)

    def donner() -> None:
        role, perimetre = formulaire.cleaned_data["role"], formulaire.cleaned_data["perimetre"]
        service.donner_mandat(compte, role, perimetre, request.compte.identifiant)

    return _geste(request, compte, formulaire, "role", donner)


@acces(Qui.MANDAT, ("POST",), mandats=EQUIPE)
def retirer_mandat(request: RequeteConnectee, numero: int, mandat: int) -> HttpResponse:
    siens = Mandat.objects.select_related("compte").filter(compte_id=numero)
    tenu = trouver_ligne(siens, mandat, "Ce compte n’a pas ce mandat.")
    service.retirer_mandat(tenu, request.compte.identifiant)
    return redirect("gestion:compte", numero)


def _geste(
    request: RequeteConnectee,
    compte: Compte,
    formulaire: formulaires.FormulaireFermeture | formulaires.FormulaireMandat,
    champ: str,
    faire: Callable[[], object],
) -> HttpResponse:
    """Redirect to the account when done; else its page, with the reason beside the field."""
    envoi = tenter(formulaire, faire, champ)
    if envoi.fait:
        return redirect("gestion:compte", compte.pk)
    return _page(request, compte, formulaire, envoi.status)


def _page(
    request: RequeteConnectee,
    compte: Compte,
    formulaire: formulaires.FormulaireFermeture | formulaires.FormulaireMandat | None = None,
    status: int = 200,
) -> HttpResponse:
    contexte = {
        "lui": compte,
        "moi_meme": compte.pk == request.compte.pk,
        "sans_administration": motif(compte),
        "appartenances": selectors.appartenances_de(compte),
        "sessions": lectures.sessions_de(compte),
        "mandats": Mandat.objects.filter(compte=compte).order_by("-fin", "id")[:100],
        "evenements": libelles.en_clair(selectors.evenements(objet=compte.identifiant)[:20]),
        "desactivation": formulaire
        if isinstance(formulaire, formulaires.FormulaireFermeture)
        else formulaires.FormulaireFermeture(),
        "nomination": formulaire
        if isinstance(formulaire, formulaires.FormulaireMandat)
        else formulaires.FormulaireMandat(),
        "roles": dict(Mandats.choices),
    }
    return render(request, "gestion/compte.html", contexte, status=status)


def _compte(numero: int) -> Compte:
    return trouver_ligne(Compte.objects, numero, "Ce compte n’existe pas.")
