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
from fce.socle.erreurs import Introuvable
from fce.socle.web.gestes import FAIT, tenter
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
    services.reactiver(_compte(numero), request.compte)
    return redirect("gestion:compte", numero)


@acces(Qui.MANDAT, ("POST",), mandats=EQUIPE)
def finir_sessions(request: RequeteConnectee, numero: int) -> HttpResponse:
    service.finir_les_sessions(_compte(numero), request.compte.identifiant)
    return redirect("gestion:compte", numero)


@acces(Qui.MANDAT, ("POST",), mandats=EQUIPE)
def donner_mandat(request: RequeteConnectee, numero: int) -> HttpResponse:
    lu, formulaire = _compte(numero), formulaires.FormulaireMandat(request.POST)

    def donner() -> None:
        role, perimetre = formulaire.cleaned_data["role"], formulaire.cleaned_data["perimetre"]
        service.donner_mandat(lu, role, perimetre, request.compte.identifiant)

    return _geste(request, lu, formulaire, "role", donner)


@acces(Qui.MANDAT, ("POST",), mandats=EQUIPE)
def retirer_mandat(request: RequeteConnectee, numero: int, mandat: int) -> HttpResponse:
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
    """Redirect to the account when done; else its page, with the reason beside the field."""
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
