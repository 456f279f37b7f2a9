"""A page that follows a long work without JavaScript: reloaded by the browser, for who asks for it, until it is done
(RGAA 13.1: the reader starts and stops it)."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse

SECONDES: Final = 5


def actualisee(request: HttpRequest) -> bool:
    """Whether the reader asked for the page to reload itself."""
    return request.GET.get("actualiser") == "oui"


def actualiser(request: HttpRequest, reponse: HttpResponse, *, en_cours: bool) -> HttpResponse:
    """The answer, reloaded in ``SECONDES`` when the reader asked for it and the work goes on."""
    if en_cours and actualisee(request):
        reponse["Refresh"] = str(SECONDES)
    return reponse


def contexte(request: HttpRequest) -> dict[str, Any]:
    """What ``commun/_actualiser.html`` shows."""
    return {"actualisee": actualisee(request), "secondes": SECONDES}
