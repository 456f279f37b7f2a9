"""Enforce what each view says of who may call it (``socle.routes``). A view that says nothing answers nobody."""

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode

import structlog
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from fce.comptes.mandats import Mandats
from fce.comptes.models import Compte
from fce.comptes.selectors import mandats_de
from fce.config import erreurs
from fce.socle.routes import Politique, Qui, politique_de

journal = structlog.get_logger("fce.acces")
AVEC_SECOND_FACTEUR: Final = frozenset({Mandats.EQUIPE, Mandats.APPROBATEUR, Mandats.AUDITEUR})


class Acces:
    """Refuse a view to whom it is not for, before it runs."""

    def __init__(self, suite: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.suite = suite

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.suite(request)

    def process_view(self, request: HttpRequest, vue: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        politique = politique_de(vue)
        if politique is None:
            journal.error("vue_sans_politique", vue=getattr(vue, "__qualname__", "?"))
            return erreurs.page(request, 403, "Cette page n’est pas ouverte.", code="acces_refuse")
        if request.method not in politique.methodes:
            reponse = erreurs.page(
                request, 405, "Cette méthode n’est pas acceptée à cette adresse.", code="methode_refusee"
            )
            reponse["Allow"] = ", ".join(sorted(politique.methodes))
            return reponse
        return _refus(request, politique)


def _refus(request: HttpRequest, politique: Politique) -> HttpResponse | None:
    if politique.qui in (Qui.TOUS, Qui.JETON):
        return None
    compte: Compte | None = getattr(request, "compte", None)
    if compte is None:
        if request.method == "GET" and not getattr(request, "htmx", None):
            return redirect(f"{reverse('comptes:connexion')}?{urlencode({'suite': request.get_full_path()})}")
        return erreurs.page(
            request, 401, "Votre session est terminée : reconnectez-vous, puis recommencez.", code="connexion_requise"
        )
    if _convient(compte, politique):
        return _second_facteur(request, politique)
    journal.warning("page_refusee", compte=compte.identifiant, attendu=politique.qui.value)
    return erreurs.page(
        request,
        403,
        "Cette page n’est pas ouverte à votre compte. Si vous devriez y avoir accès, écrivez à l’équipe de la fiche "
        "commune.",
        code="acces_refuse",
    )


def _second_facteur(request: HttpRequest, politique: Politique) -> HttpResponse | None:
    """Who administers, approves or audits has proved a second factor; it is asked for, not only missed."""
    if politique.mandats.isdisjoint(AVEC_SECOND_FACTEUR) or request.session.get("mfa"):
        return None
    if request.method == "GET":
        suite = urlencode({"mfa": 1, "suite": request.get_full_path()})
        return redirect(f"{reverse('comptes:connexion')}?{suite}")
    return erreurs.page(
        request, 403, "Ce geste demande un second facteur : reconnectez-vous en le présentant.", code="second_facteur"
    )


def _convient(compte: Compte, politique: Politique) -> bool:
    if politique.qui is Qui.CONNECTE:
        return True
    if politique.qui is Qui.PARTICULIER:
        return not compte.agent
    if not compte.agent:
        return False
    return politique.qui is Qui.AGENT or not politique.mandats.isdisjoint(mandats_de(compte))
