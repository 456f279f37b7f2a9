"""Home, legal pages, redirections of the old portal's addresses."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from fce.sources import selectors as sources_en_place

COMPTES_D_ACCUEIL = {
    "sirene-unites-legales": "entreprises (unités légales)",
    "sirene-etablissements": "établissements",
}


@dataclass(frozen=True, slots=True)
class Chiffre:
    """A figure of the home page and the date of the file that it counts."""

    valeur: int
    libelle: str
    au: date | None


@require_safe
def accueil(request: HttpRequest) -> HttpResponse:
    """One big search box and what the base holds (one database round trip)."""
    versions = sources_en_place.versions()
    chiffres = [
        Chiffre(version.en_place.total, libelle, version.en_place.date_metier)
        for nom, libelle in COMPTES_D_ACCUEIL.items()
        if (version := versions.get(nom)) is not None
    ]
    contexte = {"chiffres": chiffres, "vide": not chiffres, "sans_recherche_entete": True}
    return render(request, "portail/accueil.html", contexte)


@require_safe
def mentions_legales(request: HttpRequest) -> HttpResponse:
    """Legal notice."""
    return render(request, "portail/mentions_legales.html")


@require_safe
def accessibilite(request: HttpRequest) -> HttpResponse:
    """Accessibility status."""
    return render(request, "portail/accessibilite.html")


@require_safe
def ancienne_entreprise(request: HttpRequest, siren: str) -> HttpResponse:
    """``/enterprise/<siren>`` of the old portal: agents' bookmarks live on."""
    return HttpResponsePermanentRedirect(reverse("fiche:entreprise", args=[siren]))


@require_safe
def ancien_etablissement(request: HttpRequest, siret: str) -> HttpResponse:
    """``/establishment/<siret>`` of the old portal."""
    return HttpResponsePermanentRedirect(reverse("fiche:etablissement", args=[siret]))


@require_safe
def anciennes_statistiques(request: HttpRequest) -> HttpResponse:
    """``/statistics`` of the old portal: what is in the base, until a page of statistics exists (hence temporary)."""
    return HttpResponseRedirect(reverse("portail:sources"))
