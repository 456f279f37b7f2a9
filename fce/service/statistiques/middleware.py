"""Count visits of anonymous people, and write the events in memory after the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from fce.droits.comptes.requete import compte_de
from fce.service.statistiques.collecte import remettre
from fce.socle.web.evenements import signaler_une_page


class Usage:
    """Middleware. Sets no cookie: a visit is a page reached from another site."""

    def __init__(self, suite: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.suite = suite

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        reponse = self.suite(request)
        if settings.FCE_STATISTIQUES:
            if compte_de(request) is None and _arrive(request, reponse):
                signaler_une_page("visite_du_site", request)
            # Django closes these with the answer: the only hook that runs after it under any server.
            cast(Any, reponse)._resource_closers.append(remettre)
        return reponse


def _arrive(request: HttpRequest, reponse: HttpResponseBase) -> bool:
    """Whether a page was shown to someone who did not follow one of our links (Referer)."""
    if request.method != "GET" or reponse.status_code != 200:
        return False
    if not reponse.get("Content-Type", "").startswith("text/html") or getattr(request, "htmx", None):
        return False
    return urlsplit(request.headers.get("Referer", "")[:2000]).netloc != request.get_host()
