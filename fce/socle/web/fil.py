"""Breadcrumb: the pages above a page, up to the home page."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse

from fce.socle.web import liens
from fce.socle.web.offres import Palier, offres

_SANS_FIL: Final = frozenset({"fiche", "recherche"})
"""Rooms whose pages have their own breadcrumb."""


@cache
def paliers() -> Mapping[str, Palier]:
    return {route: palier for palier, routes in offres().fil.items() for route in routes}


def routes_jusqu_a(route: str) -> tuple[str, ...]:
    """Return a route, then those of the pages above it, nearest first."""
    trouvees = [route]
    while (etape := paliers().get(trouvees[-1])) is not None:
        trouvees.append(etape.route)
    return tuple(trouvees)


def ascendance(route: str, arguments: Mapping[str, Any]) -> list[tuple[Palier, str]]:
    """Return [(page, its URL)…] above a page, highest first."""
    trouvees: list[tuple[Palier, str]] = []
    while (etape := paliers().get(route)) is not None:
        trouvees.append((etape, reverse(etape.route, kwargs={nom: arguments[nom] for nom in etape.arguments})))
        route = etape.route
    return trouvees[::-1]


def contexte(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``fil`` ([(title, URL)…], empty when not shown) and ``ici`` (route names of the page and of
    those above)."""
    trouve = request.resolver_match
    if trouve is None or not trouve.view_name:
        return {"fil": [], "ici": ()}
    au_dessus = ascendance(trouve.view_name, trouve.kwargs)
    ici = (trouve.view_name, *(etape.route for etape, _ in au_dessus))
    accueil = liens.adresse("accueil")
    if trouve.namespace in _SANS_FIL or request.path == accueil:
        return {"fil": [], "ici": ici}
    fil = [("Accueil", accueil)] + [(e.titre.format(**trouve.kwargs), adresse) for e, adresse in au_dessus]
    return {"fil": fil, "ici": ici}
