"""``/gestion/comptes``: an account found by its exact address or number, and what may be done to it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import redirect, render

from fce.comptes import selectors as lectures
from fce.comptes import services as service
from fce.comptes.administration import motif
from fce.comptes.mandats import Mandats
from fce.comptes.models import Compte, Mandat
from fce.comptes.requete import RequeteConnectee
from fce.gestion import formulaires, libelles, selectors, services
from fce.gestion.views import EQUIPE
from fce.socle.erreurs import Introuvable
from fce.socle.gestes import FAIT, tenter
from fce.socle.routes import Qui, acces


@acces(Qui.MANDAT, ("GET", "POST"), mandats=EQUIPE)
def chercher(request: RequeteConnectee) -> HttpResponse:
    """Find an account. By POST: an address of a person is not written in an address of a page, nor in logs."""
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
    """An account: who, in which groups, its sessions, its functions, what was done to it."""
    return _page(request, _compte(numero))


@acces(Qui.MANDAT, ("POST",), mandats=EQUIPE)
def desactiver(request: RequeteConnectee, numero: int) -> HttpResponse:
    """Close an account and its sessions, with the reason."""
    lu, formulaire = _compte(numero), formulaires.FormulaireFermeture(request.POST)
    return _geste(
        request,
        lu,
        formulaire,
        "motif",
        lambda: services.desactiver(lu, request.compte, formulaire.cleaned_data["motif"]),
    )


@acces(Qui.MANDAT, ("POST",), mandats=EQUIPE)
def reactiver(request: RequeteConnectee, numero: int) -> HttpResponse:
    """Open an account again."""
    services.reactiver(_compte(numero), request.compte)
    return redirect("gestion:compte", numero)


@acces(Qui.MANDAT, ("POST",), mandats=EQUIPE)
def finir_sessions(request: RequeteConnectee, numero: int) -> HttpResponse:
    """End the sessions of an account."""
    service.finir_les_sessions(_compte(numero), request.compte.identifiant)
    return redirect("gestion:compte", numero)


@acces(Qui.MANDAT, ("POST",), mandats=EQUIPE)
def donner_mandat(request: RequeteConnectee, numero: int) -> HttpResponse:
    """Give a function of the service to an account that is not one's own."""
    lu, formulaire = _compte(numero), formulaires.FormulaireMandat(request.POST)

    def donner() -> None:
        role, perimetre = formulaire.cleaned_data["role"], formulaire.cleaned_data["perimetre"]
        service.donner_mandat(lu, role, perimetre, request.compte.identifiant)

    return _geste(request, lu, formulaire, "role", donner)


@acces(Qui.MANDAT, ("POST",), mandats=EQUIPE)
def retirer_mandat(request: RequeteConnectee, numero: int, mandat: int) -> HttpResponse:
    """End a function of an account."""
    tenu = Mandat.objects.select_related("compte").filter(pk=mandat, compte_id=numero).first()
    if tenu is None:
        raise Introuvable("Ce compte n’a pas ce mandat.")
    service.retirer_mandat(tenu, request.compte.identifiant)
    return redirect("gestion:compte", numero)


def _geste(
    request: RequeteConnectee,
    compte: Compte,
    formulaire: formulaires.FormulaireFermeture | formulaires.FormulaireMandat,
    champ: str,
    faire: Callable[[], object],
) -> HttpResponse:
    """Back to the account when it is done; else its page, with the reason beside the field."""
    status = tenter(formulaire, champ, faire)
    if status == FAIT:
        return redirect("gestion:compte", compte.pk)
    return _page(request, compte, formulaire, status)


def _page(
    request: RequeteConnectee,
    lu: Compte,
    formulaire: formulaires.FormulaireFermeture | formulaires.FormulaireMandat | None = None,
    status: int = 200,
) -> HttpResponse:
    contexte = {
        "lui": lu,
        "moi_meme": lu.pk == request.compte.pk,
        "sans_administration": motif(lu),
        "appartenances": selectors.appartenances_de(lu),
        "sessions": lectures.sessions_de(lu),
        "mandats": Mandat.objects.filter(compte=lu).order_by("-fin", "id")[:100],
        "evenements": libelles.lus(selectors.evenements(objet=lu.identifiant)[:20]),
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
    trouve = Compte.objects.filter(pk=numero).first()
    if trouve is None:
        raise Introuvable("Ce compte n’existe pas.")
    return trouve
