"""Pages of a list: their numbers, and the parameters that lead from one to the other."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict


def page_de(request: HttpRequest, lignes: QuerySet[Any], par_page: int = 50) -> Page[Any]:
    """Return the page given by ``?page=``; the first or the last one when out of bounds."""
    return Paginator(lignes, par_page).get_page(request.GET.get("page"))


def carte_demandee(request: HttpRequest) -> bool:
    """Whether the address asks for the map of a list, which no page draws otherwise."""
    return request.GET.get("affichage") == "carte"


def parametres_sans(parametres: QueryDict, *noms: str) -> QueryDict:
    """Return a copy of the parameters of an address without these."""
    reste = parametres.copy()
    for nom in noms:
        reste.pop(nom, None)
    return reste


def numeros(page: int, pages: int) -> list[int | None]:
    """Return the page numbers to offer, None for a gap: ``[1, None, 4, 5, 6, None, 20]``."""
    gardes = sorted({1, pages, *range(max(1, page - 1), min(pages, page + 1) + 1)})
    sorties: list[int | None] = []
    for numero in gardes:
        if sorties and numero - (sorties[-1] or 0) > 1:
            sorties.append(None)
        sorties.append(numero)
    return sorties
