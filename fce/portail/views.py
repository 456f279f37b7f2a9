"""Home, legal pages, redirections of the old portal's addresses."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from fce.imports import selectors as sources_en_place
from fce.portail import annonces
from fce.socle.formats import au
from fce.socle.routes import Qui, acces

COMPTES_D_ACCUEIL = {
    "sirene-unites-legales": "entreprises (unités légales)",
    "sirene-etablissements": "établissements",
}


@dataclass(frozen=True, slots=True)
class Chiffre:
    """A figure of the home page and what dates the file that it counts ("au 31/10/2026")."""

    valeur: int
    libelle: str
    au: str


@acces(Qui.TOUS)
def accueil(request: HttpRequest) -> HttpResponse:
    """One big search box and what the base holds (one database round trip)."""
    versions = sources_en_place.versions()
    chiffres = [
        Chiffre(version.en_place.total, libelle, au(version.en_place.date_metier, version.depuis))
        for nom, libelle in COMPTES_D_ACCUEIL.items()
        if (version := versions.get(nom)) is not None
    ]
    contexte = {
        "chiffres": chiffres,
        "vide": not chiffres,
        "mot": annonces.lire().textes.get("accueil", ""),
        "sans_recherche_entete": True,
    }
    return render(request, "portail/accueil.html", contexte)


@acces(Qui.TOUS)
def mentions_legales(request: HttpRequest) -> HttpResponse:
    """Show the legal notice, with the texts of the team (host, operator, contact)."""
    return render(request, "portail/mentions_legales.html", {"textes": annonces.lire().textes})


@acces(Qui.TOUS)
def accessibilite(request: HttpRequest) -> HttpResponse:
    """Show the accessibility statement of the service."""
    return render(request, "portail/accessibilite.html")


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
    """``/statistics`` of the old portal: what is in the base, until a page of statistics exists (hence temporary)."""
    return HttpResponseRedirect(reverse("donnees:sources"))
