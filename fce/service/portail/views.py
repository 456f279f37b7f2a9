"""Redirections of URLs of the old portal, which agents bookmarked, and of those that people guess."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.urls import reverse

from fce.socle.web.routes import Qui, acces


@acces(Qui.TOUS)
def ancienne_entreprise(request: HttpRequest, siren: str) -> HttpResponse:
    return HttpResponsePermanentRedirect(reverse("fiche:entreprise", args=[siren]))


@acces(Qui.TOUS)
def ancien_etablissement(request: HttpRequest, siret: str) -> HttpResponse:
    return HttpResponsePermanentRedirect(reverse("fiche:etablissement", args=[siret]))


@acces(Qui.TOUS)
def anciennes_statistiques(request: HttpRequest) -> HttpResponse:
    """``/statistics``: to the statistics, or to the sources when statistics are closed."""
    return HttpResponseRedirect(reverse("statistiques:stats" if settings.FCE_STATISTIQUES else "donnees:sources"))


@acces(Qui.TOUS)
def donnees(request: HttpRequest) -> HttpResponse:
    """``/donnees``, which people type: to the sources."""
    return HttpResponsePermanentRedirect(reverse("donnees:sources"))
