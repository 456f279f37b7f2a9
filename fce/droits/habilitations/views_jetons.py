"""API tokens of a habilitation: its managers create them (each displayed once) and revoke them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from fce.droits.comptes.requete import RequeteConnectee
from fce.droits.habilitations import jetons
from fce.droits.habilitations.dossiers.selectors import dossier_gere
from fce.droits.habilitations.erreurs import TropDeJetons
from fce.droits.habilitations.finalites import Droit
from fce.droits.habilitations.models import Dossier, JetonApi
from fce.socle.web.formulaires import ChampEntier
from fce.socle.web.routes import Qui, acces


class FormulaireJeton(forms.Form):
    libelle = forms.CharField(label="À quoi sert ce jeton", max_length=200)
    jours = ChampEntier(label="Durée en jours", min_value=1, max_value=jetons.JOURS_MAX, initial=90)


def creer(
    request: HttpRequest, genre: type[FormulaireJeton], faire: Callable[..., tuple[JetonApi, str]]
) -> tuple[FormulaireJeton, str]:
    """The form, empty again once ``faire`` has made a token or a key, and its secret, "" when none is made."""
    formulaire = genre(request.POST or None)
    if request.method == "POST" and formulaire.is_valid():
        try:
            return genre(), faire(**formulaire.cleaned_data)[1]
        except TropDeJetons as erreur:
            formulaire.add_error(None, erreur.message)
    return formulaire, ""


@acces(Qui.AGENT, ("GET", "POST"))
def liste(request: RequeteConnectee, numero: int) -> HttpResponse:
    """Tokens of a habilitation; the secret of a new one is only displayed in this answer."""
    dossier = dossier_gere(request.compte, numero)
    faire = partial(jetons.creer, dossier, request.compte, mfa=request.session.get("mfa") is True)
    return _page(request, dossier, *creer(request, FormulaireJeton, faire))


@acces(Qui.AGENT, ("POST",))
def revoquer(request: RequeteConnectee, numero: int, jeton: int) -> HttpResponse:
    dossier = dossier_gere(request.compte, numero)
    jetons.revoquer(get_object_or_404(JetonApi, pk=jeton, dossier=dossier), request.compte.identifiant)
    return redirect("droits:jetons", numero)


def _page(request: HttpRequest, dossier: Dossier, formulaire: FormulaireJeton, secret: str) -> HttpResponse:
    contexte = {
        "dossier": dossier,
        "permise": Droit.API in dossier.droits,
        "jetons": list(dossier.jetons.all()),
        "formulaire": formulaire,
        "secret": secret,
        "maximum": jetons.VIVANTS_MAX,
    }
    return render(request, "droits/jetons.html", contexte, status=400 if formulaire.errors else 200)
