"""Redirections of the old portal's addresses."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.urls import reverse

from fce.socle.routes import Qui, acces


@acces(Qui.TOUS)
def ancienne_entreprise(request: HttpRequest, siren: str) -> HttpResponse:
    """``/enterprise/<siren>`` of the old portal: agents' bookmarks live on."""
    return HttpResponsePermanentRedirect(reverse("fiche:entreprise", args=[siren]))


@acces(Qui.TOUS)
def ancien_etablissement(request: HttpRequest, siret: str) -> HttpResponse:
    """``/establishment/<siret>`` of the old portal."""
    return HttpResponsePermanentRedirect(reverse("fiche:etablissement", args=[siret]))


@acces(Qui.TOUS)
def anciennes_statistiques(request: HttpRequest) -> HttpResponse:
    """``/statistics`` of the old portal: the figures of the service, or what is in the base where they are closed."""
    return HttpResponseRedirect(reverse("statistiques:stats" if settings.FCE_STATISTIQUES else "donnees:sources"))
