"""Views of these pages. The team's texts fill what depends on the operator."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from fce.recherche.reponse.naf_en_place import changement_de_naf
from fce.service.portail.pages.declaration import declaration_en_vigueur
from fce.service.portail.pages.sources_citees import sources_citees
from fce.socle.erreurs import IndexIndisponible
from fce.socle.texte.pliage import normaliser_requete
from fce.socle.web import offres
from fce.socle.web.routes import Qui, acces

CODE_MAX = 10
"""Longest activity code, nomenclature included (« 2025-10.71 »)."""


def _montrer(request: HttpRequest, gabarit: str, **contexte: Any) -> HttpResponse:
    return render(request, f"portail/pages/{gabarit}.html", contexte)


@acces(Qui.TOUS)
def a_propos(request: HttpRequest) -> HttpResponse:
    return _montrer(request, "a_propos")


@acces(Qui.TOUS)
def aide(request: HttpRequest) -> HttpResponse:
    return _montrer(request, "aide")


@acces(Qui.TOUS)
def naf_2025(request: HttpRequest) -> HttpResponse:
    """Explain NAF 2025, with the change of a given code in the register in place."""
    code = normaliser_requete(request.GET.get("code", ""))[:CODE_MAX]
    try:
        changement = changement_de_naf(code)
    except IndexIndisponible:
        changement = None
    return _montrer(request, "naf_2025", changement=changement, code=code)


@acces(Qui.TOUS)
def questions(request: HttpRequest) -> HttpResponse:
    return _montrer(request, "questions")


@acces(Qui.TOUS)
def plan_du_site(request: HttpRequest) -> HttpResponse:
    return _montrer(request, "plan_du_site", rubriques=offres.plan_du_site().items())


@acces(Qui.TOUS)
def mentions_legales(request: HttpRequest) -> HttpResponse:
    """Show the legal notice, with the operator's texts and every source."""
    return _montrer(request, "mentions_legales", producteurs=sources_citees())


@acces(Qui.TOUS)
def conditions(request: HttpRequest) -> HttpResponse:
    return _montrer(request, "cgu")


@acces(Qui.TOUS)
def donnees_personnelles(request: HttpRequest) -> HttpResponse:
    """Explain what personal data are kept, why, how long, and the rights of people."""
    return _montrer(request, "donnees_personnelles", mois_du_journal=settings.FCE_JOURNAL_MOIS)


@acces(Qui.TOUS)
def cookies(request: HttpRequest) -> HttpResponse:
    return _montrer(request, "cookies")


@acces(Qui.TOUS)
def accessibilite(request: HttpRequest) -> HttpResponse:
    return _montrer(request, "accessibilite", declaration=declaration_en_vigueur())


@acces(Qui.TOUS)
def securite(request: HttpRequest) -> HttpResponse:
    return _montrer(request, "securite", courriel=settings.FCE_COURRIEL_REPONSE)


@acces(Qui.TOUS)
def kit_de_communication(request: HttpRequest) -> HttpResponse:
    """Offer texts and images, without logo, to present the service."""
    return _montrer(request, "kit")
