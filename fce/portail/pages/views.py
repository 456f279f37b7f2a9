"""The pages that every public service has. What belongs to the operator comes from the texts of the team."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from fce.portail.pages.declaration import declaration_en_vigueur
from fce.portail.pages.sources_citees import sources_citees
from fce.recherche import selectors as recherches
from fce.socle import offres
from fce.socle.erreurs import IndexIndisponible
from fce.socle.routes import Qui, acces
from fce.socle.texte import normaliser_requete

CODE_MAX = 10
"""Characters of a code of activity, its mark included (« 2025-10.71 »)."""


def _montrer(request: HttpRequest, gabarit: str, **contexte: Any) -> HttpResponse:
    return render(request, f"portail/pages/{gabarit}.html", contexte)


@acces(Qui.TOUS)
def a_propos(request: HttpRequest) -> HttpResponse:
    """Say what the service is, for whom, by whom, and what it is not."""
    return _montrer(request, "a_propos")


@acces(Qui.TOUS)
def aide(request: HttpRequest) -> HttpResponse:
    """Guide each kind of reader, from the first sign-in on."""
    return _montrer(request, "aide")


@acces(Qui.TOUS)
def naf_2025(request: HttpRequest) -> HttpResponse:
    """Say to each reader what changes with the NAF 2025, as the register in place says it."""
    code = normaliser_requete(request.GET.get("code", ""))[:CODE_MAX]
    try:
        changement = recherches.changement_de_naf(code)
    except IndexIndisponible:
        changement = None
    return _montrer(request, "naf_2025", changement=changement, code=code)


@acces(Qui.TOUS)
def questions(request: HttpRequest) -> HttpResponse:
    """Answer what is asked most often."""
    return _montrer(request, "questions")


@acces(Qui.TOUS)
def plan_du_site(request: HttpRequest) -> HttpResponse:
    """List the pages that anyone may open."""
    return _montrer(request, "plan_du_site", rubriques=offres.plan_du_site().items())


@acces(Qui.TOUS)
def mentions_legales(request: HttpRequest) -> HttpResponse:
    """Show the legal notice, with the texts of the team (operator, host, contact) and every source."""
    return _montrer(request, "mentions_legales", producteurs=sources_citees())


@acces(Qui.TOUS)
def conditions(request: HttpRequest) -> HttpResponse:
    """Show the terms of use."""
    return _montrer(request, "cgu")


@acces(Qui.TOUS)
def donnees_personnelles(request: HttpRequest) -> HttpResponse:
    """Say what is kept of people, why, how long, and what they may ask."""
    return _montrer(request, "donnees_personnelles", mois_du_journal=settings.FCE_JOURNAL_MOIS)


@acces(Qui.TOUS)
def cookies(request: HttpRequest) -> HttpResponse:
    """List the cookies, all of them necessary or of mere presentation."""
    return _montrer(request, "cookies")


@acces(Qui.TOUS)
def accessibilite(request: HttpRequest) -> HttpResponse:
    """Show the declaration that the latest audit allows."""
    return _montrer(request, "accessibilite", declaration=declaration_en_vigueur())


@acces(Qui.TOUS)
def securite(request: HttpRequest) -> HttpResponse:
    """Say how the service is protected, and how to tell of a flaw."""
    return _montrer(request, "securite", courriel=settings.FCE_COURRIEL_REPONSE)


@acces(Qui.TOUS)
def kit_de_communication(request: HttpRequest) -> HttpResponse:
    """Offer texts and images, without any logo, to who speaks of the service."""
    return _montrer(request, "kit")
