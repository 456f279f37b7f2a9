"""Where a page is: the pages above it, up to the first one. Each room ranges its own (``ranger``, in
``AppConfig.ready``); a page that nobody ranged is under the first one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse

from fce.socle import liens

_SANS_FIL: Final = frozenset({"fiche", "recherche"})
"""Rooms whose pages say by themselves where they are."""


@dataclass(frozen=True, slots=True)
class Palier:
    """A page that others are under. ``titre`` may hold ``{arguments}`` of the address, of which ``arguments`` are its
    own."""

    titre: str
    route: str
    arguments: tuple[str, ...] = ()


_AU_DESSUS: Final[dict[str, Palier]] = {}


def ranger(etape: Palier, *routes: str) -> None:
    """Say that these pages are under ``etape``. Raises ValueError for one that is already under another."""
    for route in routes:
        if _AU_DESSUS.setdefault(route, etape) != etape:
            raise ValueError(f"{route} est déjà sous {_AU_DESSUS[route].route}")


def ascendance(route: str, arguments: Mapping[str, Any]) -> list[tuple[Palier, str]]:
    """[(page, its address)…] above a page, the highest first."""
    trouvees: list[tuple[Palier, str]] = []
    while (etape := _AU_DESSUS.get(route)) is not None:
        trouvees.append((etape, reverse(etape.route, kwargs={nom: arguments[nom] for nom in etape.arguments})))
        route = etape.route
    return trouvees[::-1]


def contexte(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``fil`` ([(title, address)…], empty where there is none to show) and ``ici`` (names of the
    page and of those above it)."""
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
