"""Middleware that counts and times each request by the name of its view, never by its path."""

from collections.abc import Callable
from time import perf_counter
from typing import Final

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from fce.socle.travaux import mesures

SANS_VUE: Final = "aucune"
"""Static files, unknown addresses, requests refused before their address is read."""


class Mesurer:
    def __init__(self, suite: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if not settings.FCE_METRIQUES:
            raise MiddlewareNotUsed
        self.suite = suite

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        debut = perf_counter()
        reponse = self.suite(request)
        trouvee = request.resolver_match
        vue = trouvee.view_name if trouvee else SANS_VUE
        mesures.DUREES.observer(perf_counter() - debut, vue)
        mesures.REQUETES.ajouter(1, vue, str(reponse.status_code))
        return reponse
