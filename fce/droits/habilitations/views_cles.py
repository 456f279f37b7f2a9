"""Keys of the API: whoever is signed in makes his own (each displayed once), revokes them and reads their use."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from fce.droits.comptes.requete import RequeteConnectee
from fce.droits.habilitations import cles, jetons, usages
from fce.droits.habilitations.dossiers.selectors import dossier_gere
from fce.droits.habilitations.models import JetonApi
from fce.droits.habilitations.views_jetons import FormulaireJeton, creer
from fce.socle.base.roles import Role
from fce.socle.texte import paris
from fce.socle.web.routes import Qui, acces


class FormulaireCle(FormulaireJeton):
    libelle = forms.CharField(label="À quoi sert cette clé", max_length=200)


@acces(Qui.CONNECTE, ("GET", "POST"), role=Role.AGENTS)
def liste(request: RequeteConnectee) -> HttpResponse:
    """Keys of the account; the secret of a new one is only displayed in this answer."""
    return _page(request, *creer(request, FormulaireCle, partial(cles.creer, request.compte)))


@acces(Qui.CONNECTE, role=Role.AGENTS)
def usage(request: RequeteConnectee, numero: int) -> HttpResponse:
    """Page of the requests that programs sent with a key, by day and operation."""
    return _usage(request, get_object_or_404(cles.de(request.compte), pk=numero))


@acces(Qui.CONNECTE, ("POST",), role=Role.AGENTS)
def revoquer(request: RequeteConnectee, numero: int) -> HttpResponse:
    jetons.revoquer(get_object_or_404(cles.de(request.compte), pk=numero), request.compte.identifiant)
    return redirect("droits:cles")


@acces(Qui.AGENT)
def usage_de_jeton(request: RequeteConnectee, numero: int, jeton: int) -> HttpResponse:
    """The same, of a token of a habilitation, for the managers of its group."""
    dossier = dossier_gere(request.compte, numero)
    return _usage(request, get_object_or_404(JetonApi, pk=jeton, dossier=dossier), dossier=dossier)


def _page(request: RequeteConnectee, formulaire: FormulaireJeton, secret: str) -> HttpResponse:
    contexte = {
        "cles": list(cles.de(request.compte)),
        "formulaire": formulaire,
        "secret": secret,
        "maximum": cles.VIVANTES_MAX,
        "debit": settings.FCE_DEBIT_CLE,
        "sans_cle": settings.FCE_DEBIT_API,
    }
    return render(request, "droits/cles.html", contexte, status=400 if formulaire.errors else 200)


def _usage(request: RequeteConnectee, jeton: JetonApi, **autres: Any) -> HttpResponse:
    recents = usages.recents(jeton, paris.aujourd_hui())
    contexte = {
        "jeton": jeton,
        "usage": recents,
        "demandes": sum(u.demandes for u in recents),
        "refusees": sum(u.refusees for u in recents),
        "jours": usages.JOURS,
        "debit": jeton.debit or settings.FCE_DEBIT_CLE,
        **autres,
    }
    return render(request, "droits/usage.html", contexte)
